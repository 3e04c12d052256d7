/** What a reader that remembers is shown: the same place a second time. */
import { deterministicSignature } from '../../../oracle/signature.ts';
import type { Hosted, OpenNetwork } from '../open-network.ts';
import { nobody, relay, rejected, step, UNKNOWN, type Scenario, type Step } from '../scenario.ts';
import { alteredRecord } from './entities.ts';
import { branch } from './sources.ts';

function memory(
  id: string,
  comment: string,
  requirement: string,
  steps: (world: OpenNetwork) => readonly [Step, Step, ...Step[]],
): Scenario {
  return { id: `memory-${id}`, comment, requirement, feature: 'network', steps };
}

const SIGNED = (of: Hosted['of']): string =>
  deterministicSignature('MDT/1/milagro-birth-record', Buffer.from(of.digest, 'hex'), of.key).toString('hex');

/** A good answer, what is to be tried, and a good answer again: what was tried has done no harm. */
const between = (world: OpenNetwork, tried: Step): [Step, Step, Step] => [step(world), tried, step(world)];

const frozenAt = ({ headers }: OpenNetwork, height: number): readonly Buffer[] => headers.slice(0, height + 1);

export const MEMORIES: readonly Scenario[] = [
  memory('altered', 'the second time another record stands there, signed by its own key', 'MDT-VER-103', (world) => [
    step(world),
    step(world, { hosted: alteredRecord(world, SIGNED), expected: [{ verdict: 'ALTERED', code: 'MDT_ALTERED' }] }),
  ]),
  memory('unsigned', 'the second time another record stands there, not signed by its key', 'MDT-VER-102', (world) =>
    between(
      world,
      step(world, { hosted: alteredRecord(world, () => world.honest.record.signature), expected: UNKNOWN }),
    ),
  ),
  memory('impostor', 'the second time the record of somebody else stands there', 'MDT-VER-102', (world) =>
    between(world, step(world, { hosted: world.impostor, expected: UNKNOWN })),
  ),
  memory('gone', 'the second time the host has no record', 'MDT-VER-102', (world) =>
    between(world, step(world, { record: (response) => response.writeHead(404).end(), expected: UNKNOWN })),
  ),
  memory('page', 'the second time a web page stands there', 'MDT-VER-102', (world) =>
    between(world, step(world, { record: Buffer.from('<!doctype html>'), expected: UNKNOWN })),
  ),
  memory('shorter', 'the second time the lineage ends before the anchor that is known', 'MDT-VER-102', (world) =>
    between(world, step(world, { hosted: world.early, expected: UNKNOWN })),
  ),
  memory(
    'shallow-tip',
    'the second time the lineage ends before an anchor that was not deep',
    'MDT-VER-110',
    (world) => {
      const chain = frozenAt(world, world.beatHeight + 2);
      return [
        step(world, { sources: [relay(world, { chain }), relay(world, { chain })] }),
        step(world, { hosted: world.early, sources: [relay(world, { chain }), relay(world, { chain })] }),
      ];
    },
  ),
  memory('frozen', 'the second time all relays stand still below what is known', 'MDT-CHN-108', (world) => {
    const chain = frozenAt(world, world.birthHeight - 1);
    return [step(world), step(world, { sources: [relay(world, { chain }), relay(world, { chain })] })];
  }),
  memory(
    'reorganised',
    'the second time there is a branch with more work, without the anchor',
    'MDT-CHN-109',
    (world) => {
      const chain = branch(world, 5);
      const sources = [relay(world, { chain }), relay(world, { chain })];
      return [step(world), step(world, { sources, expected: rejected('MDT_NOT_IN_CHAIN') })];
    },
  ),
  memory(
    'eclipse-ends',
    'first all relays have a branch without the anchor, then one has the chain with more work',
    'MDT-CHN-108',
    (world) => {
      const chain = branch(world, -2);
      return [
        step(world, {
          sources: [relay(world, { chain }), relay(world, { chain })],
          expected: rejected('MDT_NOT_IN_CHAIN'),
        }),
        step(world, { sources: [relay(world, { chain }), relay(world)] }),
      ];
    },
  ),
  memory('no-source', 'the second time no relay is there', 'MDT-VER-102', (world) =>
    between(world, step(world, { sources: [nobody('relay'), nobody('relay')], expected: UNKNOWN })),
  ),
];
