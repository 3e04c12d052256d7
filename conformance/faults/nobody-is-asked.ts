import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

interface GrantContext {
  readonly client: { readonly clientId: string };
  readonly session: { readonly accountId: string };
  readonly provider: {
    readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
  };
}

const fault: Fault = {
  id: 'nobody-is-asked',
  requirement: 'MDT-IDP-062',
  role: 'idp',
  breaks: 'every client is taken to be agreed to',
  also: [
    {
      requirement: 'MDT-IDP-017',
      reason: 'what is agreed to anew takes the place of what was before, and the tokens of that end',
    },
  ],
  replaces: changedSettings((_settings, tools) => ({
    loadExistingGrant: async (context: { oidc: GrantContext }) => {
      const { client, provider, session } = context.oidc;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile offline_access');
      await grant.save();
      tools.fired();
      return grant;
    },
  })),
};

export default fault;
