/** What is asked about a canary (status.json): each line of the table of 9.3, and both sides of each bound. */
import type { HostedStatus } from '../../reference/gen/schemas.ts';
import { digestOfRecord } from './example-record.ts';
import { ENTITY_ID } from './example-activity.ts';
import { keyOf, publicKey } from './keys.ts';
import { rfc3339 } from './recorded-headers.ts';
import { RECORDS } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';
import { CODES, DUE, MAX_AGE, signedStatus, statuses, statusUpon, type StatusPlan } from './written-series.ts';

/** `created` of the first STATUS: 2 January 2026. */
const START = 1_767_312_000;
/** Between two STATUSes where nothing is said of it. */
const DAY = 86_400;

const STATUS_RECORDS = RECORDS.map((record) => ({
  digest: digestOfRecord(record).toString('hex'),
  status_key: record.keys.status,
  canary_max_age_seconds: record.policy.canary_max_age_seconds,
}));

interface Asked {
  shown: HostedStatus[];
  known?: HostedStatus[];
  now: number;
  /** How many records the entity has. */
  records?: number;
  statusKeys?: string[];
}

type State = 'ACTIVE' | 'STALE' | 'TRIPPED' | 'UNKNOWN';

/** One STATUS a day, each as its plan says. */
function daily(...plans: Partial<StatusPlan>[]): HostedStatus[] {
  return statuses(...plans.map((plan, index) => Object.assign({ at: START + index * DAY }, plan)));
}

export function statusQuestions(group: GroupBuilder): void {
  const asked = (
    requirements: [string, ...string[]],
    flag: string,
    comment: string,
    { shown, known = [], now, records = 1, statusKeys }: Asked,
    state: State,
    code?: string,
  ): void => {
    const kept = STATUS_RECORDS.slice(0, records).map(({ digest, status_key: key, canary_max_age_seconds }, index) => ({
      digest,
      status_key: statusKeys?.[index] ?? key,
      canary_max_age_seconds,
    }));
    group.valid(
      {
        ...{ comment, flags: [flag], requirements },
        input: { entity_id: ENTITY_ID.toString('hex'), records: kept, shown, known, now: rfc3339(now) },
      },
      { state, ...(code !== undefined && { code }) },
    );
  };
  const three = daily({}, {}, {});
  const last = START + 2 * DAY;
  times(asked, three, last);
  codes(asked);
  order(asked);
  gaps(asked);
  doubts(asked, three, last);
  memories(asked, three, last);
  successors(asked);
}

type Ask = (
  requirements: [string, ...string[]],
  flag: string,
  comment: string,
  question: Asked,
  state: State,
  code?: string,
) => void;

function times(ask: Ask, three: HostedStatus[], last: number): void {
  const [stale, expired] = ['MDT_STATUS_STALE', 'MDT_STATUS_EXPIRED'];
  const at = (comment: string, now: number, state: State, code?: string): void =>
    ask(['MDT-STA-103', 'MDT-STA-106'], 'Time', comment, { shown: three, now }, state, code);
  at('three STATUSes, the newest an hour old', last + 3600, 'ACTIVE');
  at('in the second in which it was created', last, 'ACTIVE');
  at('before it was created, by a slow clock', last - 60, 'ACTIVE');
  at('when the next is due', last + DUE, 'ACTIVE');
  at('a second after the next is due', last + DUE + 1, 'STALE', stale);
  at('when it expires', last + MAX_AGE, 'STALE', stale);
  at('a second after it has expired', last + MAX_AGE + 1, 'TRIPPED', expired);
  at('a year later', last + 365 * DAY, 'TRIPPED', expired);
  const ahead = (seconds: number, state: State, code?: string): void =>
    ask(
      ['MDT-STA-111'],
      'Time',
      `dated ${String(seconds)} s ahead`,
      { shown: three, now: last - seconds },
      state,
      code,
    );
  ahead(7_200, 'ACTIVE');
  ahead(7_201, 'TRIPPED', 'MDT_STATUS_SEQ');
  ahead(DAY, 'TRIPPED', 'MDT_STATUS_SEQ');
  const both = statuses({ at: START, says: { next_due: rfc3339(START + DAY), expires: rfc3339(START + DAY) } });
  ask(['MDT-STA-103'], 'Time', 'due and expired at once', { shown: both, now: START + DAY + 1 }, 'TRIPPED', expired);
  ask(['MDT-STA-106'], 'Time', 'the first STATUS alone', { shown: three.slice(0, 1), now: START + 1 }, 'ACTIVE');
}

function codes(ask: Ask): void {
  const trips = (comment: string, shown: HostedStatus[]): void =>
    ask(
      ['MDT-STA-101'],
      'Code',
      comment,
      { shown, now: START + (shown.length - 1) * DAY + 60 },
      'TRIPPED',
      'MDT_STATUS_CODE',
    );
  for (const code of CODES) trips(`${code} is missing`, daily({}, { lacks: [code] }));
  trips('all codes are missing', daily({}, { lacks: CODES }));
  trips('missing from the first on', daily({ lacks: ['GAG'] }));
  trips('missing and then back', daily({}, { lacks: ['SEIZE'] }, {}));
  trips('missing, and missing since', daily({}, { lacks: ['SEIZE'] }, { lacks: ['SEIZE'] }));
  ask(['MDT-STA-101'], 'Code', 'the same with all codes', { shown: daily({}, {}), now: START + DAY + 60 }, 'ACTIVE');
}

function order(ask: Ask): void {
  const breaks = (comment: string, shown: HostedStatus[], requirement = 'MDT-STA-102'): void =>
    ask([requirement], 'Order', comment, { shown, now: START + 2 * DAY + 60 }, 'TRIPPED', 'MDT_STATUS_SEQ');
  breaks('after another STATUS than the one before', daily({}, {}, { says: { previous: '00'.repeat(32) } }));
  breaks('after the first again', daily({}, {}, { says: { previous: ENTITY_ID.toString('hex') } }));
  breaks('a first one after nothing', daily({ says: { previous: '00'.repeat(32) } }, {}));
  breaks('of another entity, by the same key', daily({}, {}, { says: { entity_id: '00'.repeat(32) } }));
  const [first, second] = daily({}, {});
  if (!first || !second) throw new Error('no STATUS');
  const denial = statusUpon(first, { at: START + DAY + 60 });
  breaks('two of one number', [first, second, denial]);
  breaks('created a second before the one before', daily({}, { at: START - 1 }), 'MDT-STA-105');
  ask(
    ['MDT-STA-105'],
    'Order',
    'created in the second of the one before',
    { shown: daily({}, { at: START }), now: START + 60 },
    'ACTIVE',
  );
}

function gaps(ask: Ask): void {
  const apart = (seconds: number): HostedStatus[] => statuses({ at: START }, { at: START + seconds });
  const ask104 = (comment: string, shown: HostedStatus[], now: number, state: State): void =>
    ask(['MDT-STA-104'], 'Gap', comment, { shown, now }, state, state === 'TRIPPED' ? 'MDT_STATUS_GAP' : undefined);
  ask104('as far apart as the policy allows', apart(MAX_AGE), START + MAX_AGE + 60, 'ACTIVE');
  ask104('a second farther apart', apart(MAX_AGE + 1), START + MAX_AGE + 60, 'TRIPPED');
  const healed = statuses({ at: START }, { at: START + MAX_AGE + 1 }, { at: START + MAX_AGE + DAY });
  ask104('a silence that is over', healed, START + MAX_AGE + DAY + 60, 'TRIPPED');
  const late = (seconds: number): HostedStatus[] =>
    statuses({ at: START, says: { expires: rfc3339(START + seconds) } });
  ask104('expires as late as the policy allows', late(MAX_AGE), START + 60, 'ACTIVE');
  ask104('expires a second later', late(MAX_AGE + 1), START + 60, 'TRIPPED');
  const once = statuses({ at: START, says: { expires: rfc3339(START + 10 * MAX_AGE) } }, { at: START + DAY });
  ask104('an earlier one expires too late', once, START + DAY + 60, 'TRIPPED');
}

function doubts(ask: Ask, three: HostedStatus[], last: number): void {
  const now = last + 60;
  const [first, second, third] = three;
  if (!first || !second || !third) throw new Error('no STATUS');
  const [tripped] = daily({}, {}, { lacks: ['RAID'] }).slice(2);
  if (!tripped) throw new Error('no STATUS');
  const requirements: [string, string] = ['MDT-STA-102', 'MDT-VER-102'];
  const doubted = (comment: string, shown: HostedStatus[]): void => {
    ask(requirements, 'Doubt', comment, { shown, now }, 'UNKNOWN', 'MDT_SOURCE');
    if (shown.length > 0)
      ask(requirements, 'Doubt', `${comment}; three are known`, { shown, known: three, now }, 'ACTIVE');
  };
  doubted('nothing came', []);
  doubted('another digest', [first, second, { ...third, sha256: '5e'.repeat(32) }]);
  doubted('signed by another key', [first, second, signedStatus(third.status, 'anchor')]);
  doubted('the first one signed by another key', [signedStatus(first.status, 'anchor'), second, third]);
  doubted('a triggered one that is not signed by the key', [first, second, signedStatus(tripped.status, 'other')]);
  doubted('of a record that the entity does not have', daily({}, {}, { says: { record: '00'.repeat(32) } }));
  doubted('one is missing among them', [first, third]);
  doubted('the signature of the one before', [first, second, { ...third, signature: second.signature }]);
  ask(requirements, 'Doubt', 'the same, whole', { shown: three, now }, 'ACTIVE');
}

function memories(ask: Ask, three: HostedStatus[], last: number): void {
  const [first, second, third] = three;
  if (!first || !second || !third) throw new Error('no STATUS');
  const now = last + 60;
  const known = (comment: string, question: Omit<Asked, 'now'> & { now?: number }, state: State, code?: string): void =>
    ask(['MDT-STA-107', ...requirementOf(code)], 'Known', comment, { now, ...question }, state, code);
  known('two known, and the third shown', { shown: [third], known: [first, second] }, 'ACTIVE');
  known('from the newest known on', { shown: [second, third], known: [first, second] }, 'ACTIVE');
  known('known, and nothing shown', { shown: [], known: three }, 'ACTIVE');
  known(
    'known, and nothing shown for too long',
    { shown: [], known: three, now: last + DUE + 1 },
    'STALE',
    'MDT_STATUS_STALE',
  );
  known(
    'known and expired, and nothing shown',
    { shown: [], known: three, now: last + MAX_AGE + 1 },
    'TRIPPED',
    'MDT_STATUS_EXPIRED',
  );
  known('an older answer than is known', { shown: [first, second], known: three }, 'ACTIVE');
  const expiredNow = last + MAX_AGE + 60;
  const renewed = daily({}, {}, {}, { at: last + MAX_AGE - 60 }).slice(3);
  known(
    'expired, and then one comes that was issued in time',
    { shown: renewed, known: three, now: expiredNow },
    'ACTIVE',
  );
  const tripped = daily({}, { lacks: ['TRAP'] });
  const [, trap] = tripped;
  if (!trap) throw new Error('no STATUS');
  known('a triggered one is known, and left out', { shown: [first], known: tripped }, 'TRIPPED', 'MDT_STATUS_CODE');
  known(
    'a triggered one is known, and another shown in its place',
    { shown: [first, second], known: tripped },
    'TRIPPED',
    'MDT_STATUS_SEQ',
  );
  known('a triggered one is known, and nothing shown', { shown: [], known: tripped }, 'TRIPPED', 'MDT_STATUS_CODE');
  const denial = statusUpon(first, { at: START + DAY + 60 });
  known(
    'one that contradicts what is known',
    { shown: [first, denial], known: [first, second] },
    'TRIPPED',
    'MDT_STATUS_SEQ',
  );
  const broken = daily({}, { at: START - 1 });
  known('a broken series is known, and left out', { shown: [first], known: broken }, 'TRIPPED', 'MDT_STATUS_SEQ');
  const silent = statuses({ at: START }, { at: START + MAX_AGE + 1 });
  known(
    'a silence is known, and left out',
    { shown: silent.slice(0, 1), known: silent, now: START + MAX_AGE + 60 },
    'TRIPPED',
    'MDT_STATUS_GAP',
  );
}

function successors(ask: Ask): void {
  const now = START + 2 * DAY + 60;
  const after = (
    comment: string,
    question: Partial<Asked> & { shown: HostedStatus[] },
    state: State,
    code?: string,
  ): void => {
    const about = requirementOf(code);
    const requirements: [string, ...string[]] = [about[0] ?? aboutPast(comment), ...about.slice(1)];
    ask(requirements, 'Successor', comment, { now, records: 2, ...question }, state, code);
  };
  after('all codes under the new record', { shown: daily({}, {}, { record: 1 }) }, 'ACTIVE');
  after('before the record in force has one of its own', { shown: daily({}, {}, {}) }, 'ACTIVE');
  after('a code that triggered before is past', { shown: daily({}, { lacks: ['XCRED'] }, { record: 1 }) }, 'ACTIVE');
  after(
    'and where it was known',
    { shown: daily({}, { lacks: ['XCRED'] }, { record: 1 }), known: daily({}, { lacks: ['XCRED'] }) },
    'ACTIVE',
  );
  after(
    'a code is missing under the new record',
    { shown: daily({}, {}, { record: 1, lacks: ['XCRED'] }) },
    'TRIPPED',
    'MDT_STATUS_CODE',
  );
  after(
    'a code is missing under both',
    { shown: daily({}, { lacks: ['WAR'] }, { record: 1, lacks: ['WAR'] }) },
    'TRIPPED',
    'MDT_STATUS_CODE',
  );
  const long = statuses({ at: START }, { at: START + MAX_AGE + 1, record: 1 });
  after('a silence from one record to the next is nobody’s', { shown: long, now: START + MAX_AGE + 60 }, 'ACTIVE');
  const past = statuses({ at: START }, { at: START + MAX_AGE + 1 }, { at: START + MAX_AGE + DAY, record: 1 });
  after('a silence under the record before is past', { shown: past, now: START + MAX_AGE + DAY + 60 }, 'ACTIVE');
  after('the record before speaks again', { shown: daily({}, { record: 1 }, {}) }, 'TRIPPED', 'MDT_STATUS_SEQ');
  const anew = statuses(
    { at: START },
    { at: START + DAY, record: 1, says: { seq: 0, previous: ENTITY_ID.toString('hex') } },
  );
  after('a successor that counts anew', { shown: anew }, 'TRIPPED', 'MDT_STATUS_SEQ');
  const other = publicKey(keyOf('next status')).toString('hex');
  const statusKeys = [publicKey(keyOf('status')).toString('hex'), other];
  after('by the new status key', { shown: daily({}, {}, { record: 1, key: 'next status' }), statusKeys }, 'ACTIVE');
  after(
    'the new record named, signed by the old status key',
    { shown: daily({}, {}, { record: 1 }), statusKeys },
    'UNKNOWN',
    'MDT_SOURCE',
  );
}

/** What a successor's canary is right by. */
function aboutPast(comment: string): string {
  return comment.includes('silence') ? 'MDT-STA-104' : 'MDT-STA-101';
}

/** The requirement that a code is of, beside MDT-STA-107. */
function requirementOf(code: string | undefined): string[] {
  const requirement = {
    MDT_STATUS_CODE: 'MDT-STA-101',
    MDT_STATUS_SEQ: 'MDT-STA-102',
    MDT_STATUS_EXPIRED: 'MDT-STA-103',
    MDT_STATUS_GAP: 'MDT-STA-104',
    MDT_STATUS_STALE: 'MDT-STA-106',
    MDT_SOURCE: 'MDT-VER-102',
  }[code ?? ''];
  return requirement === undefined ? [] : [requirement];
}
