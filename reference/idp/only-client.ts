/** Of the clients of a private IdP, the one that it has, which is its D-TA (MDT-IDP-029). */
import { errors, type Adapter } from 'oidc-provider';
import type { SealedRows } from './sealed-rows.ts';

/** @param adapter that of clients */
export function onlyClient(adapter: Adapter, rows: SealedRows): Adapter {
  return {
    ...adapter,
    upsert: async (id, payload, expiresIn) => {
      // Nothing is waited for between look and write, so of two that register at once one is refused.
      if (rows.has('Client') && rows.get('Client', id) === undefined) throw taken();
      return adapter.upsert(id, payload, expiresIn);
    },
  };
}

function taken(): errors.AccessDenied {
  const error = new errors.AccessDenied('this IdP is private to the client that it has');
  return Object.assign(error, { status: 403, statusCode: 403 });
}
