/** Chapter 3.2, Hosting, where it refuses: other methods, resources that are not there, and how an error is said. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import type { HttpAnswer, HttpResult } from '../world/http-client.ts';
import { lookedAt } from '../world/wire-log.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import { registeredCodes } from './error-codes.ts';
import { isThere, mediaType, problemOf, refusesForReason, served } from './http-view.ts';

const scenes = ['birth'] as const;

export const hostingErrors: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [
    check(
      'MDT-HST-009',
      'problem',
      'errors are problem documents with a registered code',
      { quote: 'MUST be a problem document (RFC 9457) with a `code` of `errors.md`', scenes, negative: true },
      ({ seen }) => {
        refusesForReason(seen.birth.hosted);
        const errors = errorsOf(seen.birth);
        if (errors.length === 0) throw new Untestable('the target answered nothing with an error');
        for (const [what, answer] of errors) {
          equal(mediaType(answer), 'application/problem+json', `${what}: the media type`, 'Content-Type');
          const problem = problemOf(answer);
          const fault = schemaFault('problem', problem);
          holds(fault === undefined, `${what}: not a problem document`, {
            expected: 'type, title, status, code',
            got: fault && `${fault.field} ${fault.message}`,
            ...(fault && { field: fault.field }),
          });
          equal(problem['status'], answer.status, `${what}: the status in the document`, '/status');
          const code = registeredCodes().get(String(problem['code']));
          holds(code !== undefined, `${what}: the code is not registered`, {
            expected: 'a code of errors.md',
            got: problem['code'],
            field: '/code',
          });
          equal(code?.http, answer.status, `${what}: the status that ${code?.code ?? ''} has in errors.md`, '/code');
        }
      },
    ),
    check(
      'MDT-HST-016',
      'refused',
      'a method that writes is answered 405 with the methods that there are',
      {
        quote: 'with status 405, a field `Allow` that names GET and HEAD, and the code `MDT_METHOD`',
        scenes,
        negative: true,
      },
      ({ seen }) => {
        // What is not there at all is judged by the requirement that asks for it.
        const written = Object.entries(seen.birth.hosted?.written ?? {}).filter(([, { get }]) => isThere(get));
        if (written.length === 0) throw new Untestable('no resource was there');
        for (const [what, { answer: result }] of written) {
          const answer = served(result, what);
          equal(answer.status, 405, `${what}: the status`);
          const allowed = (answer.headers.allow ?? '').split(',').map((method) => method.trim());
          holds(allowed.includes('GET') && allowed.includes('HEAD'), `${what}: Allow does not name GET and HEAD`, {
            expected: 'GET, HEAD',
            got: answer.headers.allow,
            field: 'Allow',
          });
          equal(problemOf(answer)['code'], 'MDT_METHOD', `${what}: the code`, '/code');
        }
      },
    ),
    check(
      'MDT-HST-018',
      'missing',
      'what is not there is answered 404',
      { quote: 'that is not there with status 404 and the code `MDT_NOT_FOUND`', scenes, negative: true },
      ({ seen }) => {
        const missing = Object.entries(seen.birth.hosted?.missing ?? {});
        if (missing.length === 0) throw new Untestable('the target was never ready');
        for (const [path, result] of missing) {
          const answer = served(result, path);
          equal(answer.status, 404, `${path}: the status`);
          equal(problemOf(answer)['code'], 'MDT_NOT_FOUND', `${path}: the code`, '/code');
        }
      },
    ),
  ],
};

/** Every answer of the birth scene with a status of an error, where one was to be expected. */
function errorsOf({ unready, hosted }: BirthSeen): [what: string, HttpAnswer][] {
  const answers: [string, HttpResult | undefined][] = [
    ['not ready', unready?.record],
    ...Object.entries(hosted?.missing ?? {}),
    ...Object.entries(hosted?.written ?? {}).map(([what, { answer }]): [string, HttpResult] => [what, answer]),
  ];
  for (const [, answer] of answers) lookedAt(answer);
  return answers.flatMap(([what, answer]) =>
    answer && !('failed' in answer) && answer.status >= 400 ? [[what, answer] as [string, HttpAnswer]] : [],
  );
}
