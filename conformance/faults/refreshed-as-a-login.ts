import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'refreshed-as-a-login',
  requirement: 'MDT-IDP-044',
  role: 'idp',
  breaks: 'auth_time of an ID Token is when it was refreshed',
  replaces: changedProvider((provider, tools) => {
    const { RefreshToken } = provider;
    const find = RefreshToken.find.bind(RefreshToken);
    RefreshToken.find = async (value) => {
      const token = await find(value);
      if (typeof token?.['authTime'] !== 'number') return token;
      tools.fired();
      token['authTime'] += 1;
      return token;
    };
  }),
};

export default fault;
