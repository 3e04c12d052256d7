import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'proof-again',
  requirement: 'MDT-IDP-027',
  role: 'idp',
  breaks: 'a subject token is taken again',
  replaces: replacing('reference/idp/token-exchange.ts', 'tokenExchange', (original, tools) => (provider, parts) => {
    const isNew = (): boolean => {
      tools.fired();
      return true;
    };
    return original(provider, { ...(parts as object), isNew });
  }),
};

export default fault;
