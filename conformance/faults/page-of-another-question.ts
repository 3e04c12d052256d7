import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

/** Octets of a page that was given. */
const GIVEN = 24;

const fault: Fault = {
  id: 'page-of-another-question',
  requirement: 'MDT-RLY-034',
  role: 'relay',
  breaks: 'FindAnchors goes on from a page that it gave to another question',
  replaces: changedMethod(
    'reference/relay/page-token.ts',
    'PageTokens',
    'read',
    (original, tools) => (query: object, page: Buffer) => {
      try {
        return original(query, page);
      } catch (error) {
        if (page.length !== GIVEN) throw error;
        tools.fired();
        return Number(page.readBigUInt64BE());
      }
    },
  ),
};

export default fault;
