/** STATUSes that trip, are late, are withheld or are somebody else's. */
import type { HostedStatus } from '../../../../reference/gen/schemas.ts';
import { CODES } from '../../../oracle/status.ts';
import { paths, statusOf, type StatusWishes } from '../kit-entity.ts';
import type { OpenNetwork } from '../open-network.ts';
import { octetsOf, step, UNKNOWN, type Scenario, type Step, type Wishes } from '../scenario.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const OTHER_GENESIS = '00'.repeat(31) + '01';

function canary(
  id: string,
  comment: string,
  requirement: string,
  ...steps: ((world: OpenNetwork) => Wishes)[]
): Scenario {
  return {
    ...{ id: `canary-${id}`, comment, requirement, feature: 'network' },
    steps: (world) => steps.map((wishes) => step(world, { canary: true, ...wishes(world) })) as [Step, ...Step[]],
  };
}

function tripped(code: string): Step['expected'] {
  return [{ verdict: 'TRIPPED', code }];
}

/** The STATUS after the first one. */
function second({ honest, snapshot, firstStatus }: OpenNetwork, wishes: StatusWishes = {}): HostedStatus {
  return statusOf(honest.of, snapshot, { before: firstStatus, ...wishes });
}

const both = (world: OpenNetwork, wishes?: StatusWishes): readonly HostedStatus[] => [
  world.firstStatus,
  second(world, wishes),
];
const first = (): Wishes => ({});
/** No answer for any STATUS. */
const withheld = { statuses: [] };

const lacking = (world: OpenNetwork): readonly HostedStatus[] =>
  both(world, { codes: CODES.filter((code) => code !== 'GAG') });

export const CANARIES: readonly Scenario[] = [
  canary('two', 'two STATUSes, and nothing has triggered', 'MDT-STA-102', (world) => ({ statuses: both(world) })),
  canary('code', 'the second STATUS lacks a code', 'MDT-STA-101', (world) => ({
    statuses: lacking(world),
    expected: tripped('MDT_STATUS_CODE'),
  })),
  canary('expired', 'the newest STATUS has expired', 'MDT-STA-103', () => ({
    later: 2 * DAY + HOUR,
    expected: tripped('MDT_STATUS_EXPIRED'),
  })),
  canary('stale', 'the newest STATUS is due', 'MDT-STA-106', () => ({
    later: DAY + HOUR,
    expected: [{ verdict: 'STALE', code: 'MDT_STATUS_STALE' }],
  })),
  canary('withheld', 'there is no STATUS', 'MDT-STA-103', () => ({ ...withheld, expected: UNKNOWN })),
  canary(
    'withheld-later',
    'the second time the newest STATUS is withheld, and the one that is known still counts',
    'MDT-STA-103',
    first,
    () => withheld,
  ),
  canary(
    'withheld-expired',
    'the second time no STATUS comes, and the one that is known has expired',
    'MDT-STA-103',
    first,
    () => ({
      ...withheld,
      later: 2 * DAY + HOUR,
      expected: tripped('MDT_STATUS_EXPIRED'),
    }),
  ),
  canary(
    'replayed',
    'the second time an earlier STATUS is shown, which is no news',
    'MDT-STA-102',
    (world) => ({ statuses: both(world) }),
    first,
  ),
  canary(
    'two-stories',
    'the second time another STATUS of the same number is shown',
    'MDT-STA-102',
    (world) => ({ statuses: both(world) }),
    (world) => ({ statuses: both(world, { maxAge: DAY }), expected: tripped('MDT_STATUS_SEQ') }),
  ),
  canary(
    'two-stories-after',
    'what contradicted itself is shown as it was at first',
    'MDT-STA-107',
    (world) => ({ statuses: both(world) }),
    (world) => ({ statuses: both(world, { maxAge: DAY }), expected: tripped('MDT_STATUS_SEQ') }),
    (world) => ({ statuses: both(world), expected: tripped('MDT_STATUS_SEQ') }),
  ),
  canary(
    'hidden',
    'the second time the STATUS that lacked a code is left out',
    'MDT-STA-107',
    (world) => ({ statuses: lacking(world), expected: tripped('MDT_STATUS_CODE') }),
    () => ({ expected: tripped('MDT_STATUS_CODE') }),
  ),
  canary('stranger', 'the only STATUS is signed by another key', 'MDT-STA-102', ({ honest, snapshot, random }) => ({
    statuses: [statusOf(honest.of, snapshot, { key: random.octets('status key of nobody') })],
    expected: UNKNOWN,
  })),
  canary('gap', 'between two STATUSes lie more than three days', 'MDT-STA-104', (world) => ({
    statuses: both(world, { created: world.now + 4 * DAY }),
    later: 4 * DAY + HOUR,
    expected: tripped('MDT_STATUS_GAP'),
  })),
  canary('dated-back', 'the second STATUS was made before the first', 'MDT-STA-105', (world) => ({
    statuses: both(world, { created: Date.parse(world.firstStatus.status.created) / 1000 - 60 }),
    expected: tripped('MDT_STATUS_SEQ'),
  })),
  canary('other-chain', 'the second STATUS is of another chain', 'MDT-STA-108', (world) => ({
    statuses: both(world, { genesis: OTHER_GENESIS }),
    expected: tripped('MDT_WRONG_CHAIN'),
  })),
  canary('unknown-block', 'the second STATUS names a block that the chain does not have', 'MDT-STA-109', (world) => ({
    statuses: both(world, { freshness: { height: world.birthHeight - 10, hash: 'ab'.repeat(32) } }),
    expected: tripped('MDT_FRESHNESS'),
  })),
  canary('ahead', "the second STATUS is three hours ahead of the reader's clock", 'MDT-STA-111', (world) => ({
    statuses: both(world, { created: world.now + 3 * HOUR }),
    expected: tripped('MDT_STATUS_SEQ'),
  })),
  canary('one-for-all', 'the newest STATUS is answered for every number', 'MDT-STA-102', (world) => {
    const newest = octetsOf(second(world));
    return {
      statuses: both(world),
      answers: { [`${paths.status}/0`]: newest },
      expected: UNKNOWN,
    };
  }),
];
