/** What the log and the canary have to know of a D-TA (reference/log/life-now.ts). */
import type { ChainBackend } from '../chain/chain-backend.ts';
import { documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import type { LifeNow } from '../log/life-now.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Born } from './stage.ts';
import type { EntityState } from './state.ts';
import { momentUnder } from './written-documents.ts';

interface Parts {
  readonly node: ChainBackend;
  readonly state: EntityState;
  readonly clock: Clock;
}

/** The life of an entity that is born, under the tip of `stage`. */
export function lifeNow({ inForce, tip, idle }: Born, { node, state, clock }: Parts): LifeNow {
  const generation = inForce.records.length - 1;
  const kept = inForce.records[generation];
  if (!kept) throw new MdtError('MDT_INTERNAL', 'no record in force', { field: 'birth_record' });
  const record = JSON.parse(kept.record) as BirthRecord;
  const recordDigest = bytesToHex(documentDigest(record));
  return {
    entityId: record.entity_id ?? recordDigest,
    ...{ record, recordDigest, idle },
    anchorKey: state.secretKey(generation),
    ending: state.retirement !== undefined,
    retired: inForce.retirement !== undefined,
    moment: async () => momentUnder(tip, node, clock),
    chain: {
      blockAt: async (height) => (height > tip.height ? undefined : node.blockInfo(await node.blockHash(height))),
      tipTime: async () => (await node.blockInfo(tip.hash)).medianTime,
    },
  };
}
