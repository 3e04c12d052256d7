/** Chapter 8, entries and promises: one for each act, and what is promised is there. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { timeOf } from '../oracle/activity-root.ts';
import { refusePromise } from '../oracle/checkpoint.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import { leafHash } from '../oracle/log-tree.ts';
import type { LogPromise } from '../../reference/gen/schemas.ts';
import { entityOf, entriesAt, entryJson, lastLook, logKey, looksOf, promisedIn, refusalOf } from './log-view.ts';

const MAX_ENTRY_OCTETS = 65_535;
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-001',
    'form',
    'each entry is a canonical JSON object of the schema',
    { quote: 'MUST be the canonical octets of a JSON object valid against', scenes },
    ({ seen }) => {
      for (const [index, entry] of entriesAt(lastLook(seen.logging)).entries()) {
        holds(entry.length <= MAX_ENTRY_OCTETS, `entry ${String(index)} is too long`, {
          expected: `at most ${String(MAX_ENTRY_OCTETS)} octets`,
          got: entry.length,
        });
        const value = entryJson(entry);
        const fault = schemaFault('log-entry', value);
        holds(fault === undefined, `entry ${String(index)} is not valid`, {
          expected: 'an entry of the schema',
          got: fault?.message,
          field: fault?.field ?? '',
        });
        equal(entry.toString('utf8'), canonicalOctets(value).toString('utf8'), `the octets of entry ${String(index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-002',
    'order',
    'no entry is of an earlier time than the one before',
    { quote: 'MUST NOT be earlier than that of the entry before it', scenes },
    ({ seen }) => {
      const times = entriesAt(lastLook(seen.logging)).map(readTime);
      for (const [index, time] of times.entries())
        holds(index === 0 || time >= (times[index - 1] ?? 0), `entry ${String(index)} goes back in time`, {
          expected: `not before ${String(times[index - 1])}`,
          got: time,
        });
    },
  ),
  check(
    'MDT-LOG-003',
    'signature',
    'each promise is signed by keys.log',
    { quote: 'The signature of a promise MUST verify by `keys.log`', scenes, feature: 'append' },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const [entity, key] = [entityOf(look), logKey(look)];
      for (const { promise } of promisedIn(seen.logging)) {
        const refusal = refusalOf(() => refusePromise({ entity_id: entity, ...promise }, key));
        holds(refusal === undefined, `the promise of entry ${String(promise.index)} does not verify`, {
          expected: `a signature by ${key.toString('hex')}`,
          got: promise.signature,
          field: '/promise/signature',
        });
      }
    },
  ),
  check(
    'MDT-LOG-004',
    'time',
    'the time of each promise is that of its entry',
    { quote: '`time` of a promise MUST be that of its entry', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise } of promisedIn(seen.logging)) {
        const entry = entryOf(promise, entries);
        equal(promise.time, entryJson(entry)?.['time'], `the time of the promise of entry ${String(promise.index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-036',
    'not-ahead',
    'no promise is of a time that has not come',
    { quote: 'MUST NOT give a promise before its `time`', scenes, feature: 'append' },
    ({ seen }) => {
      for (const { promise, answeredAt } of promisedIn(seen.logging))
        holds(Date.parse(promise.time) <= answeredAt, `the promise of entry ${String(promise.index)} is dated ahead`, {
          expected: `at most ${new Date(answeredAt).toISOString()}, when it was there`,
          got: promise.time,
          field: '/promise/time',
        });
    },
  ),
  check(
    'MDT-LOG-005',
    'survives',
    'every entry that was acknowledged before a kill is there after it',
    { quote: 'MUST NOT be given before its entry will be in the log after a crash', scenes, feature: 'append' },
    ({ seen, evidence }) => {
      const [, after] = looksOf(seen.logging);
      if (!after) throw new Untestable('it did not come back after the kill (MDT-TGT-005)');
      const leaves = new Set(entriesAt(after).map((entry) => leafHash(entry).toString('hex')));
      const before = promisedIn(seen.logging).filter(({ life }) => life === 0);
      evidence('acknowledged before the kill', before.length);
      for (const { promise } of before)
        holds(leaves.has(promise.leaf_hash), `entry ${String(promise.index)} was acknowledged and is lost`, {
          expected: promise.leaf_hash,
          got: `${String(leaves.size)} other entries`,
          field: '/promise/leaf_hash',
        });
    },
  ),
  check(
    'MDT-LOG-006',
    'place',
    'each entry is at the index of its promise',
    { quote: 'MUST have the leaf hash that it names', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise } of promisedIn(seen.logging)) {
        const entry = entries[promise.index];
        if (!entry && promise.index < entries.length + 1_000)
          throw new Untestable(`entry ${String(promise.index)} is not there (MDT-LOG-005)`);
        equal(entry && leafHash(entry).toString('hex'), promise.leaf_hash, `the leaf at ${String(promise.index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-035',
    'says',
    'an entry says what was asked to be entered, and no more',
    { quote: 'of the event `test` with the `kind` and `subject` of the line', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise, kind, subject } of promisedIn(seen.logging)) {
        const value = entryJson(entryOf(promise, entries));
        equal(value, { event: 'test', kind, subject, time: value?.['time'] }, 'what the entry says');
      }
    },
  ),
  check(
    'MDT-LOG-035',
    'once',
    'there is no entry that was not asked for, and none twice',
    { quote: 'MUST make exactly one entry', scenes, feature: 'append', negative: true },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise } of promisedIn(seen.logging)) entryOf(promise, entries);
      const left = new Set(seen.logging.asked.map(({ kind, subject }) => `${kind} ${subject}`));
      for (const [index, entry] of entries.entries()) {
        const value = entryJson(entry);
        if (!value) throw new Untestable(`entry ${String(index)} cannot be read (MDT-LOG-001)`);
        holds(
          left.delete(`${String(value['kind'])} ${String(value['subject'])}`),
          `entry ${String(index)} is one too many`,
          {
            expected: 'one entry for each line',
            got: entry.subarray(0, 500).toString('utf8'),
          },
        );
      }
    },
  ),
];

/** The entry that a promise names. What is not in its place is told by the checks of that. */
function entryOf({ index, leaf_hash }: LogPromise, entries: readonly Buffer[]): Buffer {
  const entry = entries[index];
  if (!entry) throw new Untestable(`entry ${String(index)} is not there (MDT-LOG-005)`);
  if (leafHash(entry).toString('hex') !== leaf_hash)
    throw new Untestable(`another entry is at ${String(index)} (MDT-LOG-006)`);
  return entry;
}

function readTime(entry: Buffer): number {
  try {
    return timeOf(entry);
  } catch {
    throw new Untestable('an entry cannot be read (MDT-LOG-001)');
  }
}

export const logEntries: Suite = { chapter: '08-activity-log', checks };
