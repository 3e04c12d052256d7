/** Chapter 4.4, Secrets at rest and in passing: what the kit planted shows up nowhere, in no scene. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { Leak } from '../kit/secrets.ts';
import type { KeptEntry } from '../world/data-folder.ts';
import type { Observations, SceneName } from '../world/scenes/index.ts';
import { hostedOf } from './hosted-view.ts';
import { hasOrdinaryLife, PLACES, scenesHere } from './parts.ts';

/** Permissions of the group and of everybody. */
const OTHERS = 0o077;

export const secrets: Suite = {
  chapter: '04-keys-and-entropy',
  checks: PLACES.flatMap(({ suffix, when, looked, scenes }) => [
    check(
      'MDT-SEC-001',
      `logs${suffix}`,
      `no planted secret is in a log or event: ${when}`,
      {
        quote: 'MUST NOT appear in a log, in an event or in an error',
        scenes,
        negative: true,
        divisible: scenes.length > 1,
      },
      ({ seen }) => {
        equal(leaksIn(seen, looked, /^standard /), [], 'the secrets found in output');
        cameFarEnough(seen);
      },
    ),
    check(
      'MDT-SEC-002',
      `responses${suffix}`,
      `no planted secret is in a response: ${when}`,
      { quote: 'MUST NOT appear in a response', scenes, negative: true, divisible: scenes.length > 1 },
      ({ seen }) => {
        equal(leaksIn(seen, looked, /^(HTTP|answer)/), [], 'the secrets found in responses');
        cameFarEnough(seen);
      },
    ),
    check(
      'MDT-SEC-003',
      `at-rest${suffix}`,
      `no planted secret lies in the data directory: ${when}`,
      { quote: 'MUST NOT lie unencrypted in the data directory', scenes, negative: true, divisible: scenes.length > 1 },
      ({ seen, evidence }) => {
        equal(leaksIn(seen, looked, /^file /), [], 'the secrets found in files');
        cameFarEnough(seen);
        holds(keptFiles(seen), 'the data directory is empty, so the target keeps its state elsewhere', {
          expected: 'files',
          got: 'none',
        });
        const unread = each(seen, looked, ({ watched }) => watched.kept.flatMap((kept) => kept.unread));
        if (unread.length === 0) return;
        evidence('not read', unread);
        throw new Untestable(`not everything in the data directory could be read: ${unread[0]?.what ?? ''}`);
      },
    ),
    check(
      'MDT-SEC-004',
      `modes${suffix}`,
      `files and directories are for their owner only: ${when}`,
      { quote: 'MUST NOT be readable by other users', scenes, negative: true, divisible: scenes.length > 1 },
      ({ seen, evidence }) => {
        const entries = each(seen, looked, ({ watched }) => watched.kept.flatMap((kept) => kept.entries)).filter(
          ({ what: { kind } }) => kind === 'file' || kind === 'directory',
        );
        if (!keptFiles(seen)) throw new Untestable('the data directory is empty (MDT-SEC-003)');
        evidence('files and directories', unique(entries.map(({ what }) => shown(what))));
        const open = entries.filter(({ what: { mode } }) => (mode & OTHERS) !== 0);
        equal(unique(open.map(({ what }) => shown(what))), [], 'what is not for its owner only');
      },
    ),
  ]),
};

/** One that was never born had little to leak. */
function cameFarEnough(seen: Observations): void {
  if (hasOrdinaryLife(seen)) hostedOf(seen.birth);
}

/** Whether an ordinary life left files in the data directory. */
function keptFiles(seen: Observations): boolean {
  if (!hasOrdinaryLife(seen)) return true;
  return seen.birth.watched.kept.some(({ entries }) => entries.some(({ kind }) => kind === 'file'));
}

function each<T>(
  seen: Observations,
  looked: readonly SceneName[],
  what: (seen: Observations[SceneName]) => readonly T[],
): { scene: SceneName; what: T }[] {
  return scenesHere(seen, looked).flatMap((scene) => what(seen[scene]).map((found) => ({ scene, what: found })));
}

function leaksIn(seen: Observations, looked: readonly SceneName[], where: RegExp): { scene: SceneName; what: Leak }[] {
  return each(seen, looked, ({ watched }) => watched.leaks).filter(({ what }) => where.test(what.where));
}

/** `directory 700 .`, `file 600 state.sealed` */
function shown({ kind, mode, path }: KeptEntry): string {
  return `${kind} ${mode.toString(8).padStart(3, '0')} ${path}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
