/** Roots of a log (spec 8.5, 8.7): what follows from the one before, and what from the entries. */
import type { ActivityRoot } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from './digest.ts';
import { leafHash, treeRoot } from './log-tree.ts';
import { Refusal } from './refusal.ts';

export function documentDigest(document: object): string {
  return sha256(canonicalOctets(document)).toString('hex');
}

/** MDT-LOG-105, MDT-LOG-106. `before` is the root before, where there is one. */
export function refuseRoot(
  root: ActivityRoot,
  before: ActivityRoot | undefined,
  { entityId, periodSeconds }: { readonly entityId: string; readonly periodSeconds: number },
): void {
  const expect = (holds: boolean, field: string, why: string): void => {
    if (!holds) throw new Refusal('MDT_LOG_PERIOD', field, why);
  };
  expect(root.entity_id === entityId, '/entity_id', 'another entity');
  expect(root.seq === (before ? before.seq + 1 : 0), '/seq', 'not the next number');
  expect(
    root.previous === (before ? documentDigest(before) : entityId),
    '/previous',
    'not the digest of the one before',
  );
  const [start, end] = [secondsOf(root.period_start), secondsOf(root.period_end)];
  expect(
    before ? root.period_start === before.period_end : start % periodSeconds === 0,
    '/period_start',
    'not where the period before ends, or of the first one no multiple of the period',
  );
  expect(end === start - (start % periodSeconds) + periodSeconds, '/period_end', 'not the next multiple of the period');
  const isSmaller = before !== undefined && root.tree_size < before.tree_size;
  const isOther = before !== undefined && root.tree_size === before.tree_size && root.root !== before.root;
  if (isSmaller || isOther)
    throw new Refusal('MDT_LOG_FORK', isSmaller ? '/tree_size' : '/root', 'the tree before is no part of it');
}

/** MDT-LOG-108, but for the order of the keys. `succeededAt` is the height at which the signer's SUCCESSOR was deep enough. */
export function refuseSucceeded({ freshness }: ActivityRoot, succeededAt: number | undefined): void {
  if (succeededAt !== undefined && freshness.height - succeededAt > 24)
    throw new Refusal('MDT_SIGNATURE', '/signature', 'by the key of a record that is no longer in force');
}

/** MDT-LOG-107. `entries` are those of the log, from the first on, and no fewer than the root has. */
export function refuseTree(root: ActivityRoot, entries: readonly Buffer[]): void {
  const size = entries.filter((entry) => timeOf(entry) < secondsOf(root.period_end)).length;
  if (root.tree_size !== size)
    throw new Refusal('MDT_LOG_ROOT', '/tree_size', `${String(size)} entries are of an earlier time`);
  if (treeRoot(entries.slice(0, size).map(leafHash)).toString('hex') !== root.root)
    throw new Refusal('MDT_LOG_ROOT', '/root', 'not the root of these entries');
}

/** `time` of an entry, in seconds since 1970. */
export function timeOf(entry: Buffer): number {
  return secondsOf((JSON.parse(entry.toString('utf8')) as { time: string }).time);
}

export function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
