/** Records that are somebody else's, or not what was anchored. */
import type { HostedRecord } from '../../../../reference/gen/schemas.ts';
import { altered } from '../kit-entity.ts';
import type { Hosted, OpenNetwork } from '../open-network.ts';
import { rejected, step, type Scenario, type Wishes } from '../scenario.ts';

function entity(id: string, comment: string, requirement: string, wishes: (world: OpenNetwork) => Wishes): Scenario {
  return {
    ...{ id: `entity-${id}`, comment, requirement, feature: 'network' },
    steps: (world) => [step(world, wishes(world))],
  };
}

/** The honest one, changed in its envelope. */
function changed({ honest }: OpenNetwork, members: Partial<HostedRecord>): Hosted {
  return { ...honest, record: { ...honest.record, ...members } };
}

/** The last digit is another one. */
function flipped(hex: string): string {
  return `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;
}

/** A record signed by the honest one's own key in the place of the one that is anchored. */
export function alteredRecord({ honest }: OpenNetwork, signed: (of: Hosted['of']) => string): Hosted {
  const of = altered(honest.of);
  const { birth_record, sha256 } = { birth_record: of.record, sha256: of.digest };
  return { of, record: { ...honest.record, birth_record, sha256, signature: signed(of) } };
}

export const ENTITIES: readonly Scenario[] = [
  entity('unpinned', 'nobody is expected', 'MDT-VER-101', () => ({
    pins: [],
    expected: [{ verdict: 'UNPINNED', code: 'MDT_UNPINNED' }],
  })),
  entity(
    'made-by-itself',
    "a record that somebody made with the host's name, and nobody is expected",
    'MDT-VER-101',
    ({ impostor }) => ({
      hosted: impostor,
      pins: [],
      expected: [{ verdict: 'UNPINNED', code: 'MDT_UNPINNED' }],
    }),
  ),
  entity(
    'impostor',
    "a record that somebody made with the host's name, and another is expected",
    'MDT-VER-109',
    ({ impostor }) => ({
      hosted: impostor,
      expected: rejected('MDT_PIN'),
    }),
  ),
  entity('again', 'the record under a second BIRTH of its own key', 'MDT-LIN-101', ({ again }) => ({
    hosted: again,
    expected: rejected('MDT_LINEAGE_OUTPOINT'),
  })),
  entity('twin', 'the record under a BIRTH of its digest that another key made', 'MDT-LIN-101', ({ twin }) => ({
    hosted: twin,
    // It spends another outpoint, and another key has signed: both are wrong.
    expected: [...rejected('MDT_LINEAGE_OUTPOINT'), ...rejected('MDT_WITNESS')],
  })),
  entity(
    'borrowed',
    'a record with a good signature, whose BIRTH another key signed',
    'MDT-LIN-104',
    ({ borrowed }) => ({
      hosted: borrowed,
      pins: [borrowed.of.digest],
      expected: rejected('MDT_WITNESS'),
    }),
  ),
  entity('digest', 'the digest stated is another', 'MDT-DOC-112', (world) => ({
    hosted: changed(world, { sha256: flipped(world.honest.record.sha256) }),
    expected: rejected('MDT_DIGEST'),
  })),
  entity('signature', 'the signature is another', 'MDT-DOC-113', (world) => ({
    hosted: changed(world, { signature: flipped(world.honest.record.signature) }),
    expected: rejected('MDT_SIGNATURE'),
  })),
  entity('branch', 'a hash of the way up to the root is another', 'MDT-PRF-104', (world) => {
    const { anchor } = world.honest.record;
    const [first = '', ...rest] = anchor.proof.merkle_branch;
    const proof = { ...anchor.proof, merkle_branch: [flipped(first), ...rest] };
    return { hosted: changed(world, { anchor: { ...anchor, proof } }), expected: rejected('MDT_MERKLE_ROOT') };
  }),
  entity('lower', 'the anchor is said to be one block lower than it is', 'MDT-CHN-109', (world) => {
    const { anchor } = world.honest.record;
    const { txref: _, ...locator } = anchor.locator;
    return {
      hosted: changed(world, { anchor: { ...anchor, locator: { ...locator, height: locator.height - 1 } } }),
      expected: rejected('MDT_NOT_IN_CHAIN'),
    };
  }),
];
