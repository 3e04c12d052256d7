/** Entities with a life of their own: how many anchors of which kinds, successors, an end; and what they host. */
import { documentDigest } from '../../reference/core/canonical.ts';
import { signDigest } from '../../reference/core/document-signature.ts';
import { GrownLineage } from '../../reference/core/fixtures/grown-lineage.ts';
import { bytesToHex } from '../../reference/core/hex.ts';
import type { HostedRecord, LinkProof } from '../../reference/gen/schemas.ts';
import { mutateJson } from './mutants.ts';
import { Random } from './random.ts';

/** An entity that lived by the rules, most of the time. */
function live(random: Random): GrownLineage {
  const lineage = new GrownLineage(`life ${String(random.below(1_000))}`);
  const steps = random.below(5);
  for (let step = 0; step < steps; step++) {
    const lawless = random.once(12);
    const changes = lawless
      ? random.pick([{ entity_id: '00'.repeat(32) }, { previous: lineage.entityId }, { spec: '1.0' as const }])
      : {};
    switch (random.below(4)) {
      case 0:
        lineage.succeed({ name: `Name ${String(step)}`, policy: policyOf(lineage, random), ...changes });
        break;
      case 1:
        lineage.heartbeat('ACTIVITY_ROOT');
        break;
      default:
        lineage.heartbeat();
    }
  }
  if (random.once(4)) lineage.retire(random.once(8) ? { entity_id: '00'.repeat(32) } : {});
  if (random.once(16)) lineage.heartbeat(); // what follows a RETIRE is refused
  return lineage;
}

/** Lives that are grown once and shown in more ways than one: each takes some milliseconds. */
export class Lives {
  readonly #count: number;
  readonly #grown = new Map<number, GrownLineage>();

  constructor(count: number) {
    this.#count = count;
  }

  one(random: Random): GrownLineage {
    const seed = random.below(this.#count);
    const life = this.#grown.get(seed) ?? live(new Random(seed));
    this.#grown.set(seed, life);
    return life;
  }
}

/** What an entity hosts, with now and then fewer proofs, links or records than there are. */
export function shown(lineage: GrownLineage, random: Random): HostedRecord {
  const hosted = lineage.hosted();
  if (random.once(4)) hosted.lineage.transactions.length = 1 + random.below(hosted.lineage.transactions.length);
  if (random.once(4)) hosted.lineage.proofs.length = 1 + random.below(hosted.lineage.proofs.length);
  if (random.once(10)) delete hosted.retirement;
  if (random.once(10)) hosted.predecessors?.splice(random.below(hosted.predecessors.length), 1);
  const [first] = hosted.lineage.proofs;
  const other = random.pick<LinkProof>(hosted.lineage.proofs);
  if (random.once(10)) hosted.anchor = { locator: other.locator, proof: other.proof };
  if (random.once(10)) hosted.lineage.proofs = [first, other];
  return hosted;
}

/** The record in force changed in one place and signed anew by its keys, as whoever holds them could. */
export function signedAnew(lineage: GrownLineage, hosted: HostedRecord, random: Random): HostedRecord {
  const last = hosted.birth_record.entity_id === undefined ? 0 : (hosted.predecessors?.length ?? 0);
  const record = mutateJson(hosted.birth_record, random);
  const digest = documentDigest(record);
  const by = (index: number): string =>
    bytesToHex(signDigest('milagro-birth-record', digest, lineage.secret(Math.max(0, index))));
  return {
    ...hosted,
    birth_record: record,
    sha256: bytesToHex(digest),
    signature: by(last),
    ...(hosted.previous_signature !== undefined && { previous_signature: by(last - 1) }),
  };
}

function policyOf(lineage: GrownLineage, random: Random): HostedRecord['birth_record']['policy'] {
  const { policy } = lineage.hosted().birth_record;
  return { ...policy, confirmations: 1 + random.below(6) };
}
