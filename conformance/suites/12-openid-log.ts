/** Chapter 12.6: what an IdP enters into its log. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { OpenidSeen } from '../world/scenes/openid-seen.ts';
import { sha256 } from '../oracle/digest.ts';
import { isThere } from './http-view.ts';
import { entriesAt, entryJson } from './log-view.ts';
import { claimsOf, entriesAfter, entriesOfToken, idTokenOf, loginsOf, tokensOf, type Claims } from './openid-view.ts';

const scenes = ['openid'] as const;
const BEFORE = 'MUST be in its log before the answer is sent';

export const openidLog: Suite = {
  chapter: '12-openid-provider',
  checks: [
    check(
      'MDT-IDP-023',
      'registrations',
      'a client that was registered is in the log',
      { quote: BEFORE, scenes },
      ({ seen }) => {
        const registered = Object.values(seen.openid.registrations ?? {}).filter(
          ({ answer: { result } }) => !('failed' in result) && result.status === 201,
        );
        if (registered.length === 0) throw new Untestable('no client was registered (MDT-IDP-015)');
        const entries = entriesAfter(seen.openid, 'registrations').filter(
          (entry) => entry['event'] === 'client_registered',
        );
        equal(entries.length, registered.length, 'the number of entries client_registered');
        for (const entry of entries) equal(entry['kind'], 'app', 'the kind', '/kind');
        const subjects = new Set(entries.map((entry) => entry['subject']));
        equal(subjects.size, entries.length, 'how many clients they are of', '/subject');
      },
    ),
    ...(['login', 'logout'] as const).map((event) =>
      check(
        'MDT-IDP-023',
        event,
        `a ${event} is in the log when the browser is told of it`,
        { quote: BEFORE, scenes },
        ({ seen }) => {
          const subject = logSubjectOf(seen.openid);
          const entries = entriesAfter(seen.openid, event);
          holds(
            entries.some(
              (entry) => entry['event'] === event && entry['subject'] === subject && entry['kind'] === 'person',
            ),
            'it is not there',
            {
              expected: `an entry ${event} of ${String(subject)}`,
              got: eventsIn(entries),
            },
          );
        },
      ),
    ),
    check(
      'MDT-IDP-023',
      'tokens',
      'an ID Token is in the log when it is answered',
      { quote: BEFORE, scenes },
      ({ seen }) => {
        const token = idTokenOf(loginsOf(seen.openid).a, 'the login');
        const entries = entriesAfter(seen.openid, 'token');
        holds(
          entries.some((entry) => entry['event'] === 'token_issued'),
          'it is not there',
          {
            expected: `an entry token_issued of ${commitmentOf(token)}`,
            got: eventsIn(entries),
          },
        );
      },
    ),
    check(
      'MDT-IDP-023',
      'exchange',
      'an ID Token of a thing is in the log when it is answered',
      { quote: BEFORE, scenes },
      ({ seen }) => {
        if (!isThere(seen.openid.things?.right)) throw new Untestable('no thing got a token (MDT-IDP-026)');
        const entries = entriesAfter(seen.openid, 'exchange').filter((entry) => entry['event'] === 'token_issued');
        equal(
          entries.map((entry) => entry['kind']),
          ['thing'],
          'the kinds of the tokens issued so far',
          '/kind',
        );
      },
    ),
    check(
      'MDT-IDP-024',
      'subject',
      'who has an ID Token finds their entries in the log by it',
      { quote: 'MUST be its `milagro_log_subject`', scenes },
      ({ seen }) => {
        const entries = lastEntries(seen.openid);
        const tokens = Object.entries(tokensOf(seen.openid));
        if (tokens.length === 0) throw new Untestable('there was no ID Token');
        for (const [what, token] of tokens) {
          const { milagro_log_subject: subject } = claimsOf(token);
          holds(
            typeof subject === 'string' && /^[0-9a-f]{64}$/.test(subject),
            `the ID Token ${what} does not tell it`,
            {
              expected: '32 octets, hexadecimal',
              got: subject,
              field: 'milagro_log_subject',
            },
          );
          const [entry] = entriesOfToken(entries, token);
          if (entry) equal(entry['subject'], subject, `the subject of the entry of the ID Token ${what}`, '/subject');
        }
      },
    ),
    check(
      'MDT-IDP-024',
      'same',
      'a subject is the same in every ID Token of it',
      { quote: 'and the same in every ID Token of the same `sub`', scenes },
      ({ seen }) => {
        const { a, b } = loginsOf(seen.openid);
        const [first, second] = [
          claimsOf(idTokenOf(a, 'the first client')),
          claimsOf(idTokenOf(b, 'the second client')),
        ];
        if (first['sub'] !== second['sub']) throw new Untestable('the two have not the same sub (MDT-IDP-008)');
        equal(second['milagro_log_subject'], first['milagro_log_subject'], 'what stands for it', 'milagro_log_subject');
      },
    ),
    check(
      'MDT-IDP-025',
      'of-every-way',
      'an ID Token has an entry, whatever way it came by',
      { quote: 'MUST be the SHA-256 of the ID Token that it is about', scenes: ['openid-modules'] },
      ({ seen }) => {
        const { entries, nobody } = seen['openid-modules'];
        if (nobody !== undefined) throw new Untestable(nobody);
        if (!entries || !isThere(entries.checkpoint)) throw new Untestable('no checkpoint was served (MDT-LOG-007)');
        const issued = entriesAt(entries).map((entry) => entryJson(entry) ?? {});
        const tokens = [...idTokensIn(seen['openid-modules'])];
        if (tokens.length === 0) throw new Untestable('there was no ID Token');
        const missing = tokens.filter((token) => entriesOfToken(issued, token).length === 0);
        holds(missing.length === 0, 'ID Tokens have no entry', {
          expected: `an entry for each of ${String(tokens.length)} ID Tokens`,
          got: `none for ${String(missing.length)}: ${missing.slice(0, 3).map(commitmentOf).join(' ')}`,
          field: '/commitment',
        });
      },
    ),
    check(
      'MDT-IDP-025',
      'commitments',
      'each ID Token has an entry that commits to it',
      { quote: 'MUST be the SHA-256 of the ID Token that it is about', scenes },
      ({ seen }) => {
        const tokens = Object.values(tokensOf(seen.openid));
        if (tokens.length === 0) throw new Untestable('there was no ID Token');
        const issued = lastEntries(seen.openid).filter((entry) => entry['event'] === 'token_issued');
        for (const token of tokens)
          holds(entriesOfToken(issued, token).length > 0, 'an ID Token has no entry', {
            expected: `an entry of ${commitmentOf(token)}`,
            got: issued.map((entry) => entry['commitment']),
            field: '/commitment',
          });
      },
    ),
  ],
};

/** The log when the last was answered that it was looked at after. */
function lastEntries(seen: OpenidSeen): Claims[] {
  const last = ['end', 'logout', 'token', 'exchange'].find((what) => seen.entries[what] !== undefined);
  return entriesAfter(seen, last ?? 'a login or an exchange');
}

function logSubjectOf(seen: OpenidSeen): unknown {
  const { milagro_log_subject: subject } = claimsOf(idTokenOf(loginsOf(seen).a, 'the login'));
  if (typeof subject !== 'string') throw new Untestable('the ID Token does not tell it (MDT-IDP-024)');
  return subject;
}

function commitmentOf(token: string): string {
  return sha256(Buffer.from(token, 'ascii')).toString('hex');
}

/** Every ID Token in what was seen. */
function* idTokensIn(seen: unknown): Generator<string> {
  if (typeof seen !== 'object' || seen === null || Buffer.isBuffer(seen)) return;
  for (const [name, value] of Object.entries(seen)) {
    if (name === 'idToken' && typeof value === 'string') yield value;
    else yield* idTokensIn(value);
  }
}

function eventsIn(entries: readonly Claims[]): string {
  return entries.map((entry) => `${String(entry['event'])} ${String(entry['subject'])}`).join(', ');
}
