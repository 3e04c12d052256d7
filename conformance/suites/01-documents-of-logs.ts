/** Chapter 1, bound in time and to a chain: what the roots of a log and the STATUSes of a canary show of it, each of them. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { ActivityRoot, Status } from '../../reference/gen/schemas.ts';
import type { Payment } from '../world/subject.ts';
import type { HttpResult } from '../world/http-client.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import type { NamedBlock, NamedBlocks } from '../world/scenes/named-blocks.ts';
import { bodyOf, integer, text, type Loose } from './hosted-view.ts';
import { looksOf } from './log-view.ts';

/** How deep a freshness block is (MDT-DOC-015), and how far apart checkpoints are (MDT-DOC-018). */
const [SHALLOWEST, DEEPEST] = [6, 144];
const BETWEEN_CHECKPOINTS = 2_016;

interface Seen {
  readonly looks: readonly LogLook[];
  readonly blocks: NamedBlocks;
  readonly payment?: Payment;
}

interface Shown {
  readonly what: string;
  readonly document: Loose<ActivityRoot | Status>;
  /** Heights between which the tip was when it was written: it was not there at the one, and was at the other. */
  readonly least: number;
  readonly most: number;
}

/** Every root and STATUS, at the look at which it was seen first. */
function shownIn({ looks, payment }: Seen): Shown[] {
  looksOf({ looks });
  const found = looks.flatMap((look, index) => {
    const before = looks[index - 1];
    const [least, most] = [before?.tipBefore ?? payment?.height ?? 0, look.tipAfter];
    return (['roots', 'statuses'] as const).flatMap((series) => {
      const known = before?.[series].each.length ?? 0;
      return look[series].each.slice(known).map((result, at): Shown => {
        const what = `${series === 'roots' ? 'root' : 'STATUS'} ${String(known + at)}`;
        return {
          what,
          document: documentIn(result, series === 'roots' ? 'activity_root' : 'status', what),
          least,
          most,
        };
      });
    });
  });
  if (found.length === 0) throw new Untestable('neither a root nor a STATUS was served (MDT-LOG-022, MDT-STA-010)');
  return found;
}

function documentIn(result: HttpResult, member: 'activity_root' | 'status', what: string): Shown['document'] {
  const document = bodyOf(result, what)[member];
  if (document === null || typeof document !== 'object') throw new Untestable(`${what} is no document`);
  return document;
}

/** A block of the chain that is named as one. */
function blockOf(
  named: Loose<{ height: number; hash: string }> | undefined,
  blocks: NamedBlocks,
  at: string,
): NamedBlock {
  const block = blocks.get(integer(named?.height, `${at}/height`));
  holds(block !== undefined, `${at} is above the tip`, {
    expected: 'a block of the chain',
    got: named?.height,
    field: `${at}/height`,
  });
  equal(named?.hash, block?.hash, `the hash of ${at}`, `${at}/hash`);
  return block as NamedBlock;
}

/** The same of the roots and STATUSes of a log, and of those of a canary. */
function ofBoth(
  requirement: string,
  title: string,
  quote: string,
  judge: (shown: Shown, seen: Seen, genesis: string) => void,
): Suite['checks'] {
  return (['logging', 'canary'] as const).map((scene) =>
    check(requirement, scene, `${title}: ${scene}`, { quote, scenes: [scene] }, ({ seen, world }) => {
      for (const shown of shownIn(seen[scene])) judge(shown, seen[scene], world.genesis);
    }),
  );
}

const checks: Suite['checks'] = [
  ...ofBoth(
    'MDT-DOC-015',
    'the freshness block of each root and STATUS was 6 to 144 deep',
    'at least 6 and at most 144 blocks upon it',
    ({ what, document: { freshness }, least, most }, { blocks }) => {
      blockOf(freshness, blocks, '/freshness');
      const height = integer(freshness?.height, '/freshness/height');
      holds(
        height <= most - SHALLOWEST && height >= least - DEEPEST,
        `the freshness block of ${what} was not so deep`,
        {
          expected: `a height from ${String(least - DEEPEST)} to ${String(most - SHALLOWEST)}`,
          got: height,
          field: '/freshness/height',
        },
      );
    },
  ),
  ...ofBoth(
    'MDT-DOC-016',
    'no root or STATUS is created before its freshness block',
    'MUST NOT be earlier than the median time past',
    ({ what, document: { freshness, created } }, { blocks }) => {
      const block = blocks.get(integer(freshness?.height, '/freshness/height'));
      if (!block) throw new Untestable('the freshness block is none (MDT-DOC-015)');
      const at = Date.parse(text(created, '/created')) / 1_000;
      holds(at >= block.mediantime, `${what} was created before the median time past of its freshness block`, {
        expected: `at least ${new Date(block.mediantime * 1_000).toISOString()}`,
        got: created,
        field: '/created',
      });
    },
  ),
  ...ofBoth(
    'MDT-DOC-017',
    '`chain.genesis` of each root and STATUS is block 0 of the node',
    'MUST be the hash of block 0',
    ({ what, document: { chain } }, _seen, genesis) =>
      equal(chain?.genesis, genesis, `genesis of ${what}`, '/chain/genesis'),
  ),
  ...ofBoth(
    'MDT-DOC-018',
    'the checkpoint of each root and STATUS is a block at a multiple of 2016',
    'whose height is a multiple of 2016',
    ({ what, document: { chain } }, { blocks }) => {
      blockOf(chain?.checkpoint, blocks, '/chain/checkpoint');
      const height = integer(chain?.checkpoint?.height, '/chain/checkpoint/height');
      equal(height % BETWEEN_CHECKPOINTS, 0, `the height modulo 2016 of ${what}`, '/chain/checkpoint/height');
    },
  ),
  ...ofBoth(
    'MDT-DOC-019',
    '`header_format` of each root and STATUS is sha256d-80',
    'MUST be `sha256d-80`',
    ({ what, document: { chain } }) =>
      equal(chain?.header_format, 'sha256d-80', `header_format of ${what}`, '/chain/header_format'),
  ),
];

export const documentsOfLogs: Suite = { chapter: '01-documents', checks };
