/** Chains of headers that are right up to one height, and wrong there. */
import { hash256 } from '../../../oracle/digest.ts';
import { forgedHeader, forgedUpon, timeOf } from '../forged-headers.ts';
import type { OpenNetwork } from '../open-network.ts';

/** MDT-CHN-106: of the reader's clock. */
const THREE_HOURS = 10_800;
/** Another form of a target that is a little harder than the easiest. */
const OTHER_BITS = '207ffffe';

interface HeaderFault {
  readonly id: string;
  /** After "has". */
  readonly comment: string;
  readonly requirement: string;
  /** Whether it says nothing where it stands deeper. */
  readonly onlyAtTip?: boolean;
  /** From block 0 on, wrong at `height`, and long enough upon it to matter. */
  chain(world: OpenNetwork, height: number): readonly Buffer[];
}

/** Upon what is wrong: a branch that would have most work. */
const UPON = 40;

function withWrong(
  world: OpenNetwork,
  height: number,
  wrong: (before: Buffer, salt: Buffer) => Buffer,
): readonly Buffer[] {
  const common = world.headers.slice(0, height);
  const before = common.at(-1) ?? Buffer.alloc(80);
  const header = wrong(before, world.random.octets(`wrong header at ${String(height)}`));
  return [...common, header, ...forgedUpon([header], UPON, world.random.octets('upon a wrong header'))];
}

/** Median of the times of the last eleven headers. */
function medianTime({ headers }: OpenNetwork, height: number): number {
  const times = headers.slice(Math.max(0, height - 11), height).map(timeOf);
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

export const HEADER_FAULTS: readonly HeaderFault[] = [
  {
    id: 'workless',
    comment: 'a header whose hash is above its target',
    requirement: 'MDT-CHN-103',
    chain: (world, height) =>
      withWrong(world, height, (before, salt) =>
        forgedHeader(before, salt, { workless: true, time: timeOf(before) + 1 }),
      ),
  },
  {
    id: 'other-target',
    comment: 'a header with another target than the rules give',
    requirement: 'MDT-CHN-104',
    chain: (world, height) =>
      withWrong(world, height, (before, salt) => {
        // One whose hash is good for either target, so that only nBits is wrong.
        for (let turn = 0; ; turn++) {
          const header = forgedHeader(before, hash256(Buffer.concat([salt, Buffer.from([turn])])), {
            bits: OTHER_BITS,
            time: timeOf(before) + 1,
          });
          if ((hash256(header)[31] ?? 0xff) < 0x7f) return header;
        }
      }),
  },
  {
    id: 'back-in-time',
    comment: 'a header whose time is the median of the eleven before it',
    requirement: 'MDT-CHN-105',
    chain: (world, height) =>
      withWrong(world, height, (before, salt) => forgedHeader(before, salt, { time: medianTime(world, height) })),
  },
  {
    id: 'ahead-of-time',
    comment: "a header that is three hours ahead of the reader's clock",
    requirement: 'MDT-CHN-106',
    chain: (world, height) =>
      withWrong(world, height, (before, salt) => forgedHeader(before, salt, { time: world.now + THREE_HOURS })),
  },
  {
    id: 'gap',
    comment: 'headers that lack one of their chain',
    requirement: 'MDT-CHN-102',
    chain: (world, height) => {
      const chain = [...world.headers, ...forgedUpon(world.headers, 2, world.random.octets('upon the tip'))];
      return chain.toSpliced(Math.min(height, world.headers.length), 1);
    },
  },
  {
    id: 'elsewhere',
    comment: 'headers that follow no block of the chain',
    requirement: 'MDT-CHN-107',
    onlyAtTip: true,
    chain: (world) => {
      const nowhere = forgedHeader(world.headers[0] ?? Buffer.alloc(80), world.random.octets('nowhere'));
      const [genesis = Buffer.alloc(80)] = world.headers;
      return [genesis, ...forgedUpon([nowhere], UPON, world.random.octets('upon nowhere'))];
    },
  },
  {
    id: 'long-header',
    comment: 'a header of 81 octets',
    requirement: 'MDT-CHN-101',
    chain: (world, height) =>
      withWrong(world, height, (before, salt) =>
        Buffer.concat([forgedHeader(before, salt, { time: timeOf(before) + 1 }), Buffer.alloc(1)]),
      ),
  },
];
