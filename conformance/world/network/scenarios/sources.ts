/** Relays that are away, slow, wrong or lie. */
import { HEADER_FAULTS } from './header-faults.ts';
import { forgedUpon } from '../forged-headers.ts';
import { unavailable } from '../../relay-double/refusal.ts';
import type { OpenNetwork } from '../open-network.ts';
import { nobody, rejected, relay, step, UNKNOWN, type Scenario, type Source, type Step } from '../scenario.ts';

const NEVER = new Promise<never>(() => undefined);
/** Longer than the node's own chain. */
const LONGER = 8;

function network(id: string, comment: string, requirement: string, steps: Scenario['steps']): Scenario {
  return { id, comment, requirement, feature: 'network', steps };
}

/** One question to these sources. */
function asked(sources: (world: OpenNetwork) => readonly Source[], expected?: Step['expected']): Scenario['steps'] {
  return (world) => [step(world, { sources: sources(world), ...(expected && { expected }) })];
}

/** The chain up to a height. */
function upTo({ headers }: OpenNetwork, height: number): readonly Buffer[] {
  return headers.slice(0, height + 1);
}

/** A branch that parts below the BIRTH of the honest one, so many blocks longer than the node's chain, or shorter. */
export function branch(world: OpenNetwork, longer: number): readonly Buffer[] {
  const common = upTo(world, world.birthHeight - 1);
  const count = world.headers.length - common.length + longer;
  return [...common, ...forgedUpon(common, count, world.random.octets(`branch ${String(longer)}`))];
}

const silent = (world: OpenNetwork): Source => relay(world, { change: () => async () => NEVER, fails: true });

const away: readonly Scenario[] = [
  network(
    'one-away',
    'one of two relays is not there',
    'MDT-VER-105',
    asked((world) => [nobody('relay'), relay(world)]),
  ),
  network(
    'all-away',
    'no relay is there',
    'MDT-VER-102',
    asked(() => [nobody('relay'), nobody('relay')], UNKNOWN),
  ),
  network(
    'one-silent',
    'one of two relays never answers',
    'MDT-VER-105',
    asked((world) => [silent(world), relay(world)]),
  ),
  network(
    'all-silent',
    'no relay ever answers',
    'MDT-VER-102',
    asked((world) => [silent(world)], UNKNOWN),
  ),
  network(
    'one-not-ready',
    'one of two relays is not ready',
    'MDT-VER-105',
    asked((world) => [
      relay(world, {
        change: () => () => {
          throw unavailable('MDT_NOT_READY');
        },
        fails: true,
      }),
      relay(world),
    ]),
  ),
  network(
    'endless',
    'one of two relays gives the first headers again and again',
    'MDT-VER-105',
    asked((world) => [
      relay(world, {
        change: () => () => ({ height: 1, headers: world.headers.slice(1, 11) }),
        fails: true,
        quietly: true,
      }),
      relay(world),
    ]),
  ),
  network(
    'flood',
    'one of two relays answers with eight megabytes',
    'MDT-VER-105',
    asked((world) => [
      relay(world, {
        change: () => () => ({ height: 1, headers: Array.from({ length: 100_000 }, () => Buffer.alloc(80)) }),
        fails: true,
      }),
      relay(world),
    ]),
  ),
];

const branches: readonly Scenario[] = [
  network(
    'one-behind',
    'one of two relays is three blocks behind',
    'MDT-VER-105',
    asked((world) => [relay(world, { chain: world.headers.slice(0, -3) }), relay(world)]),
  ),
  network(
    'disagree',
    'the first of two relays has a shorter branch without the anchor',
    'MDT-CHN-108',
    asked((world) => [relay(world, { chain: branch(world, -2) }), relay(world)]),
  ),
  network(
    'disagree-later',
    'the second of two relays has a shorter branch without the anchor',
    'MDT-CHN-108',
    asked((world) => [relay(world), relay(world, { chain: branch(world, -3) })]),
  ),
  network(
    'outworked',
    'one of two relays has a branch with more work, without the anchor',
    'MDT-CHN-109',
    asked((world) => [relay(world), relay(world, { chain: branch(world, LONGER) })], rejected('MDT_NOT_IN_CHAIN')),
  ),
  network(
    'eclipse',
    'all relays have the same branch, without the anchor',
    'MDT-CHN-109',
    asked((world) => {
      const chain = branch(world, LONGER);
      return [relay(world, { chain }), relay(world, { chain })];
    }, rejected('MDT_NOT_IN_CHAIN')),
  ),
  network(
    'young-branch',
    'all relays have a branch that is too young to settle the height of the anchor',
    'MDT-VER-111',
    asked((world) => {
      const chain = [...upTo(world, world.birthHeight - 1)];
      const forged = forgedUpon(chain, 3, world.random.octets('young branch'));
      return [relay(world, { chain: [...chain, ...forged] }), relay(world, { chain: [...chain, ...forged] })];
    }, UNKNOWN),
  ),
  network(
    'frozen-below',
    'all relays stand still below the anchor',
    'MDT-VER-111',
    asked((world) => {
      const chain = upTo(world, world.birthHeight - 1);
      return [relay(world, { chain }), relay(world, { chain })];
    }, UNKNOWN),
  ),
  network('frozen-upon', 'all relays stand still a few blocks upon the anchor', 'MDT-CHN-110', (world) => {
    const chain = upTo(world, world.birthHeight + 3);
    const sources = [relay(world, { chain }), relay(world, { chain })];
    return [
      step(world, { hosted: world.early, sources, expected: [{ verdict: 'UNKNOWN', code: 'MDT_CONFIRMATIONS' }] }),
    ];
  }),
  network(
    'one-frozen',
    'one of two relays stands still below the anchor',
    'MDT-CHN-108',
    asked((world) => [relay(world, { chain: upTo(world, world.birthHeight - 1) }), relay(world)]),
  ),
];

const checkpoints: readonly Scenario[] = [
  network(
    'checkpoint-above',
    'the checkpoint is above the anchor, and the relays have what is below',
    'MDT-CHN-111',
    (world) => [fromCheckpoint(world, () => relay(world, { from: checkpointHeight(world) }))],
  ),
  network(
    'nothing-below',
    'the checkpoint is above the anchor, and no relay has what is below',
    'MDT-CHN-111',
    (world) => [fromCheckpoint(world, () => below(world, []), UNKNOWN)],
  ),
  network(
    'forged-below',
    'the checkpoint is above the anchor, and what is below does not lead to it',
    'MDT-CHN-111',
    (world) => [fromCheckpoint(world, () => below(world, branch(world, 0)), UNKNOWN)],
  ),
];

function checkpointHeight({ beatHeight }: OpenNetwork): number {
  return beatHeight + 1;
}

/** A relay that gives these headers where it is asked by height, and the honest ones otherwise. */
function below(world: OpenNetwork, chain: readonly Buffer[]): Source {
  const from = checkpointHeight(world);
  const change: Parameters<typeof relay>[1] = {
    from,
    change: (honest) => (request) =>
      request.known.length === 0
        ? { height: request.fromHeight, headers: chain.slice(request.fromHeight, request.fromHeight + 100) }
        : honest(request),
  };
  return { ...relay(world, change), earlier: [] };
}

function fromCheckpoint(world: OpenNetwork, source: () => Source, expected?: Step['expected']): Step {
  const height = checkpointHeight(world);
  const header = world.headers[height] ?? Buffer.alloc(0);
  const times = world.headers.map((each) => each.readUInt32LE(68));
  const checkpoint = {
    height,
    hash: world.snapshot.blocks[height]?.hash ?? '',
    header: header.toString('hex'),
    // Each block of regtest is worth two hashes.
    chainwork: (2 * (height + 1)).toString(16).padStart(64, '0'),
    previous_times: times.slice(Math.max(0, height - 11), height),
    period_time: times[0] ?? 0,
  };
  return step(world, { checkpoint, sources: [source(), source()], ...(expected && { expected }) });
}

const policies: readonly Scenario[] = [
  network('not-deep-enough', 'the reader asks for more confirmations than there are', 'MDT-CHN-110', (world) => [
    step(world, { confirmations: 1_000, expected: [{ verdict: 'UNKNOWN', code: 'MDT_CONFIRMATIONS' }] }),
  ]),
  network(
    'record-asks-more',
    'the record asks for more confirmations than the reader, and there are not so many',
    'MDT-CHN-110',
    (world) => {
      const chain = upTo(world, world.birthHeight + 3);
      return [
        step(world, {
          hosted: world.early,
          sources: [relay(world, { chain }), relay(world, { chain })],
          confirmations: 1,
          expected: [{ verdict: 'UNKNOWN', code: 'MDT_CONFIRMATIONS' }],
        }),
      ];
    },
  ),
];

const wrongBeside = HEADER_FAULTS.map(({ id, comment, requirement, chain }) =>
  network(`${id}-beside`, `one of two relays has ${comment}`, requirement, (world) => [
    step(world, { sources: [relay(world, { chain: chain(world, world.headers.length) }), relay(world)] }),
  ]),
);

const wrongAlone = HEADER_FAULTS.filter(({ onlyAtTip }) => onlyAtTip !== true).map(
  ({ id, comment, requirement, chain }) =>
    network(`${id}-alone`, `the only relay has ${comment} below the anchor`, requirement, (world) => [
      step(world, { sources: [relay(world, { chain: chain(world, world.birthHeight - 1) })], expected: UNKNOWN }),
    ]),
);

export const SOURCES: readonly Scenario[] = [
  ...away,
  ...branches,
  ...checkpoints,
  ...policies,
  ...wrongBeside,
  ...wrongAlone,
];
