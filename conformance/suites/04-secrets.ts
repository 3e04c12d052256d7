/** Chapter 4.4, Secrets at rest and in passing: what the kit planted shows up nowhere, in no scene. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { Leak } from '../kit/secrets.ts';
import type { KeptEntry } from '../world/data-folder.ts';
import { SCENES, type Observations, type SceneName } from '../world/scenes/index.ts';
import { hostedOf } from './hosted-view.ts';

const scenes = Object.keys(SCENES) as SceneName[];
/** Permissions of the group and of everybody. */
const OTHERS = 0o077;

export const secrets: Suite = {
  chapter: '04-keys-and-entropy',
  checks: [
    check(
      'MDT-SEC-001',
      'logs',
      'no planted secret is in a log or event',
      { quote: 'MUST NOT appear in a log, in an event or in an error', scenes, negative: true },
      ({ seen }) => {
        equal(leaksIn(seen, /^standard /), [], 'the secrets found in output');
        hostedOf(seen.birth); // one that never came so far had little to log
      },
    ),
    check(
      'MDT-SEC-002',
      'responses',
      'no planted secret is in a response',
      { quote: 'MUST NOT appear in a response', scenes, negative: true },
      ({ seen }) => {
        equal(leaksIn(seen, /^(HTTP|answer)/), [], 'the secrets found in responses');
        hostedOf(seen.birth);
      },
    ),
    check(
      'MDT-SEC-003',
      'at-rest',
      'no planted secret lies in the data directory',
      { quote: 'MUST NOT lie unencrypted in the data directory', scenes, negative: true },
      ({ seen, evidence }) => {
        equal(leaksIn(seen, /^file /), [], 'the secrets found in files');
        hostedOf(seen.birth);
        holds(
          seen.birth.watched.kept.some(({ entries }) => entries.some(({ kind }) => kind === 'file')),
          'the data directory is empty, so the target keeps its state elsewhere',
          { expected: 'files', got: 'none' },
        );
        const unread = each(seen, ({ watched }) => watched.kept.flatMap((kept) => kept.unread));
        if (unread.length === 0) return;
        evidence('not read', unread);
        throw new Untestable(`not everything in the data directory could be read: ${unread[0]?.what ?? ''}`);
      },
    ),
    check(
      'MDT-SEC-004',
      'modes',
      'files and directories are for their owner only',
      { quote: 'MUST NOT be readable by other users', scenes, negative: true },
      ({ seen, evidence }) => {
        const entries = each(seen, ({ watched }) => watched.kept.flatMap((kept) => kept.entries)).filter(
          ({ what: { kind } }) => kind === 'file' || kind === 'directory',
        );
        if (!entries.some(({ what }) => what.kind === 'file'))
          throw new Untestable('the data directory is empty (MDT-SEC-003)');
        evidence('files and directories', unique(entries.map(({ what }) => shown(what))));
        const open = entries.filter(({ what: { mode } }) => (mode & OTHERS) !== 0);
        equal(unique(open.map(({ what }) => shown(what))), [], 'what is not for its owner only');
      },
    ),
  ],
};

function each<T>(
  seen: Observations,
  what: (seen: Observations[SceneName]) => readonly T[],
): { scene: SceneName; what: T }[] {
  return scenes.flatMap((scene) => what(seen[scene]).map((found) => ({ scene, what: found })));
}

function leaksIn(seen: Observations, where: RegExp): { scene: SceneName; what: Leak }[] {
  return each(seen, ({ watched }) => watched.leaks).filter(({ what }) => where.test(what.where));
}

/** `directory 700 .`, `file 600 state.sealed` */
function shown({ kind, mode, path }: KeptEntry): string {
  return `${kind} ${mode.toString(8).padStart(3, '0')} ${path}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
