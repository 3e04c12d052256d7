/**
 * What holds for the roots of a log whatever it went through: each follows from the one before, counts the entries that
 * are served, and is signed by the record in force. Called by checks, and thrown out of as checks are.
 */
import { equal, holds, Untestable } from '../kit/expect.ts';
import { secondsOf, timeOf } from '../oracle/activity-root.ts';
import { leafHash, treeRoot } from '../oracle/log-tree.ts';
import { verifies } from '../oracle/signature.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import { recordsOf } from './lineage-view.ts';
import { digestOf, entityOf, entriesAt, recordAt, rootsAt, someRoots } from './log-view.ts';

/** What MDT-LOG-021 leaves after the end of a period. */
const ROOT_S = 15;

/** How long after the end of a period its root may come, in seconds (MDT-LOG-021). */
export function patienceOf(look: LogLook): number {
  return Math.max(recordAt(look).policy.log_period_seconds, ROOT_S);
}

/** MDT-LOG-017. */
export function countEntries(look: LogLook): void {
  const times = entriesAt(look).map(timeOf);
  for (const { document } of someRoots(look))
    equal(
      document.tree_size,
      times.filter((time) => time < secondsOf(document.period_end)).length,
      `tree_size of root ${String(document.seq)}`,
      '/activity_root/tree_size',
    );
}

/** MDT-LOG-018. */
export function areOfEntries(look: LogLook): void {
  const leaves = entriesAt(look).map(leafHash);
  for (const { document } of someRoots(look)) {
    if (document.tree_size > leaves.length) throw new Untestable('a root counts more entries (MDT-LOG-017)');
    equal(
      document.root,
      treeRoot(leaves.slice(0, document.tree_size)).toString('hex'),
      `root ${String(document.seq)}`,
      '/activity_root/root',
    );
  }
}

/** MDT-LOG-019. */
export function endAtMultiples(look: LogLook): void {
  const { log_period_seconds: period } = recordAt(look).policy;
  for (const { document } of someRoots(look)) {
    const start = secondsOf(document.period_start);
    equal(
      secondsOf(document.period_end),
      (Math.floor(start / period) + 1) * period,
      `the end of period ${String(document.seq)}`,
      '/activity_root/period_end',
    );
  }
}

/** MDT-LOG-020. */
export function follow(look: LogLook): void {
  const entity = entityOf(look);
  const roots = someRoots(look);
  for (const [index, { document }] of roots.entries()) {
    const before = roots[index - 1];
    const { entity_id, seq, previous, period_start } = document;
    const expected = {
      ...{ entity_id: entity, seq: index },
      previous: before ? digestOf(before.document) : entity,
      period_start: before?.document.period_end ?? period_start,
    };
    equal({ entity_id, seq, previous, period_start }, expected, `root ${String(index)}`, '/activity_root');
  }
}

/** MDT-LOG-020: none of an earlier look is another one in the last. */
export function stay(looks: readonly LogLook[]): void {
  const last = rootsAt(looks.at(-1) as LogLook);
  for (const look of looks.slice(0, -1))
    for (const [seq, { document }] of rootsAt(look).entries())
      equal(last[seq] && digestOf(last[seq].document), digestOf(document), `the digest of root ${String(seq)}`);
}

/** MDT-LOG-021. */
export function areAllThere(look: LogLook): void {
  const newest = someRoots(look).at(-1)?.document;
  const due = look.from / 1_000 - patienceOf(look) - recordAt(look).policy.log_period_seconds;
  holds(newest !== undefined && secondsOf(newest.period_end) >= due, 'the root of a period is missing', {
    expected: `roots up to ${new Date(due * 1_000).toISOString()}`,
    got: newest?.period_end ?? 'none',
    field: '/activity_root/period_end',
  });
}

/**
 * MDT-LOG-022: each is signed by `keys.anchor` of the record in force when it was written, which is never an earlier one
 * than that of the root before it.
 * @param newestRoot number of the newest root when the newest record was known to be in force; that one may have been under way
 */
export function areSigned(look: LogLook, newestRoot: number = Infinity): void {
  const keys = recordsOf(look.record, 'the record').map(({ record }) => Buffer.from(record.keys?.anchor ?? '', 'hex'));
  let inForce = 0;
  for (const { document, sha256, signature } of someRoots(look)) {
    const digest = Buffer.from(digestOf(document), 'hex');
    equal(sha256, digest.toString('hex'), `sha256 of root ${String(document.seq)}`, '/sha256');
    if (document.seq > newestRoot + 1) inForce = keys.length - 1;
    const octets = Buffer.from(signature, 'hex');
    const by = keys.findIndex(
      (key, at) => at >= inForce && verifies('MDT/1/milagro-activity-root', digest, octets, key),
    );
    holds(by >= 0, `the signature of root ${String(document.seq)} does not verify`, {
      expected: 'a signature by keys.anchor of the record in force',
      got: signature,
      field: '/signature',
    });
    inForce = by;
  }
}
