/** Sessions, clients, codes and tokens of oidc-provider in sealed rows, so that they outlive a killed process. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { SealedRows } from './sealed-rows.ts';

/** What a grant holds together, so that it ends together. */
const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/**
 * The adapter of one model.
 * @param now seconds since 1970
 */
export function grantAdapter(model: string, rows: SealedRows, now: () => number): Adapter {
  const found = (value: unknown): AdapterPayload | undefined => value as AdapterPayload | undefined;
  const read = (id: string): AdapterPayload | undefined => found(rows.get(model, id));
  const write = (id: string, payload: AdapterPayload, expires: number | undefined): void =>
    rows.put(model, id, payload, {
      member: payload.uid ?? payload.userCode,
      grant: GRANTABLE.has(model) ? payload.grantId : undefined,
      expires,
    });
  return {
    upsert: async (id, payload, expiresIn) => write(id, payload, expiresIn ? now() + expiresIn : undefined),
    find: async (id) => read(id),
    findByUid: async (uid) => found(rows.getByMember(model, uid)),
    findByUserCode: async (code) => found(rows.getByMember(model, code)),
    destroy: async (id) => rows.delete(model, id),
    consume: async (id) => {
      const payload = read(id);
      if (payload) write(id, { ...payload, consumed: now() }, payload.exp);
    },
    revokeByGrantId: async (grantId) => rows.revoke(grantId),
  };
}
