import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'tells-the-email',
  requirement: 'MDT-IDP-039',
  role: 'idp',
  breaks: 'UserInfo has the email of a person, whatever was asked for',
  replaces: changedSettings((settings, tools) => ({
    claims: { ...settings.claims, openid: [...settings.claims.openid, 'email'] },
    findAccount: (context, subject) => {
      const account = settings.findAccount(context, subject);
      if (account) tools.fired();
      return account && { ...account, claims: () => ({ ...account.claims(), email: 'somebody@example.org' }) };
    },
  })),
};

export default fault;
