/** Chapter 3.3, Secrets: what the kit planted shows up nowhere. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';

const scenes = ['birth'] as const;

export const secrets: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [
    check(
      'MDT-SEC-001',
      'logs',
      'no planted secret is in a log or event',
      {
        quote: 'MUST NOT appear in a log, in an event or in an error',
        scenes: ['birth', 'bad-launch'],
        negative: true,
      },
      ({ seen }) => {
        if (!seen.birth.hosted) throw new Untestable('the target was never ready, so it had little to log');
        const leaks = [...seen.birth.leaks, ...seen['bad-launch'].leaks].filter(({ where }) =>
          where.startsWith('standard '),
        );
        equal(leaks, [], 'the secrets found in output');
      },
    ),
    check(
      'MDT-SEC-002',
      'responses',
      'no planted secret is in a response',
      { quote: 'MUST NOT appear in a response', scenes, negative: true },
      ({ seen }) => {
        if (!seen.birth.hosted) throw new Untestable('the target hosted nothing');
        equal(
          seen.birth.leaks.filter(({ where }) => /^(HTTP|answer)/.test(where)),
          [],
          'the secrets found in responses',
        );
      },
    ),
    check(
      'MDT-SEC-003',
      'at-rest',
      'no planted secret lies in the data directory',
      { quote: 'MUST NOT lie unencrypted in the data directory', scenes, negative: true },
      ({ seen }) => {
        const { files } = seen.birth;
        if (!files) throw new Untestable('the target was never ready, so it had little to keep');
        holds(files.length > 0, 'the data directory is empty, so the target keeps its state elsewhere', {
          expected: 'files',
          got: 'none',
        });
        equal(
          seen.birth.leaks.filter(({ where }) => where.startsWith('file ')),
          [],
          'the secrets found in files',
        );
      },
    ),
    check(
      'MDT-SEC-004',
      'modes',
      'files are for their owner only',
      { quote: 'MUST NOT be readable by other users', scenes, negative: true },
      ({ seen, evidence }) => {
        const { files = [] } = seen.birth;
        if (files.length === 0) throw new Untestable('the data directory is empty, or was not looked at (MDT-SEC-003)');
        evidence(
          'files',
          files.map(({ path, mode }) => `${mode.toString(8)} ${path}`),
        );
        equal(
          files.filter(({ mode }) => (mode & 0o004) !== 0).map(({ path }) => path),
          [],
          'the files that others can read',
        );
      },
    ),
  ],
};
