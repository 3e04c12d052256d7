import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Check } from './check.ts';
import { EventStream } from './events.ts';
import { equal, holds, NotObservable, Untestable } from './expect.ts';
import { judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { checkOf, ledgerWith, requirement, suiteOf, targetOf } from './sample-ledger.ts';
import { schemaFault } from './schemas.ts';
import type { Scheduler } from './scheduler.ts';
import { SecretWatch } from './secrets.ts';

const SECRET = 'passphrase-0123456789abcdef0123456789abcdef';
const MUST = 'MDT-AAA-001/a';
const SHOULD = 'MDT-AAA-002/a';
const LEDGER = ledgerWith(requirement('MDT-AAA-001'), requirement('MDT-AAA-002', { level: 'SHOULD' }));

interface Over {
  knownFailing?: string[];
  features?: ('clock' | 'import_secrets')[];
  seen?: (name: string) => Promise<unknown>;
  timeoutMs?: number;
  bail?: boolean;
  ledger?: Ledger;
}

async function judged(checks: Check[], over: Over = {}): Promise<{ reports: ReportCheck[]; events: EventStream }> {
  const events = new EventStream();
  const world = {
    events,
    random: new SeededRandom('seed'),
    secrets: [new SecretWatch([{ name: 'passphrase', value: SECRET }])],
    target: targetOf({ claims: { profiles: ['identity'], features: over.features ?? [] } }),
  } as unknown as World;
  const scheduler = { seen: over.seen ?? (() => Promise.reject(new Error('no scene'))) } as unknown as Scheduler;
  const reports = await judge({
    world,
    ledger: over.ledger ?? LEDGER,
    scheduler,
    suites: [suiteOf(...checks)],
    knownFailing: new Map((over.knownFailing ?? []).map((id) => [id, 'a reason'])),
    ...(over.timeoutMs !== undefined && { timeoutMs: over.timeoutMs }),
    ...(over.bail !== undefined && { bail: over.bail }),
  });
  return { reports, events };
}

async function one(run: Check['run'], over: Over = {}, id = MUST, check: Partial<Check> = {}): Promise<ReportCheck> {
  const { reports } = await judged([checkOf(id, run, check)], over);
  assert.equal(reports.length, 1);
  const [report] = reports;
  assert.ok(report);
  return report;
}

/** The tests here run in mocha, too, which would take what a check throws out of nowhere for its own. */
async function withoutOuterMocha<T>(run: () => Promise<T>): Promise<T> {
  const names = ['uncaughtException', 'unhandledRejection'] as const;
  const kept = names.map((name) => [name, process.listeners(name as 'uncaughtException')] as const);
  for (const name of names) process.removeAllListeners(name);
  try {
    return await run();
  } finally {
    for (const [name, listeners] of kept) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name as 'uncaughtException', listener);
    }
  }
}

const differs: Check['run'] = () => equal('red', 'green', 'the colour', '/colour');
const soon = (run: () => void): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(run, 5);
    setTimeout(resolve, 30);
  });

describe('the judge', () => {
  it('passes a check that says nothing', async () => {
    const report = await one(() => undefined, {}, MUST, { negative: true });
    const { ms, ...rest } = report;
    assert.deepEqual(rest, {
      id: MUST,
      requirement: 'MDT-AAA-001',
      title: `about ${MUST}`,
      chapter: '01-sample',
      negative: true,
      outcome: 'pass',
    });
    assert.ok(ms >= 0);
  });

  it('fails one that differs, and says what was expected, what came, where, and how to look again', async () => {
    const { outcome, expected, got, field, message, rerun } = await one(differs);
    assert.deepEqual(
      [outcome, expected, got, field, message],
      ['fail', 'green', 'red', '/colour', 'the colour differs'],
    );
    assert.match(rerun ?? '', /^milagro-trust certify .*--only MDT-AAA-001\/a.*--seed seed.*sample\.target\.yaml/);
    assert.doesNotMatch(rerun ?? '', /--revision/);
    const ledger = { ...LEDGER, revision: '-1', today: LEDGER };
    const earlier = await one(differs, { ledger });
    assert.match(earlier.rerun ?? '', /--only MDT-AAA-001\/a --revision -1 --seed/);
  });

  it('warns of a SHOULD that is not met', async () => {
    assert.equal((await one(differs, {}, SHOULD)).outcome, 'warn');
  });

  it('judges nothing after the first failure, where that is asked for; what warns or is known to fail is none', async () => {
    const fine: Check['run'] = () => undefined;
    const broken: Check['run'] = () => {
      throw new TypeError('a slip of the kit');
    };
    const order = (third: Check['run']): Check[] => [
      checkOf(SHOULD, differs),
      checkOf('MDT-AAA-001/known', differs),
      checkOf('MDT-AAA-003/third', third),
      checkOf('MDT-AAA-001/last', fine),
    ];
    const ids = async (third: Check['run'], bail: boolean): Promise<string[]> => {
      const { reports, events } = await judged(order(third), { bail, knownFailing: ['MDT-AAA-001'] });
      assert.equal(events.events.length, reports.length);
      return reports.map(({ outcome }) => outcome);
    };
    assert.deepEqual(await ids(broken, true), ['warn', 'known failing', 'error']);
    assert.deepEqual(await ids(fine, true), ['warn', 'known failing', 'pass', 'pass']);
    assert.deepEqual(await ids(broken, false), ['warn', 'known failing', 'error', 'pass']);
  });

  it('fails one that fails late', async () => {
    assert.equal((await one(() => soon(() => undefined).then(() => differs({} as never)))).outcome, 'fail');
  });

  it('knows a failure that the manifest lists, of a MUST and of a SHOULD; and a pass for what it is', async () => {
    const over = { knownFailing: ['MDT-AAA-001', 'MDT-AAA-002'] };
    assert.equal((await one(differs, over)).outcome, 'known failing');
    assert.equal((await one(differs, over, SHOULD)).outcome, 'known failing');
    assert.equal((await one(() => undefined, over)).outcome, 'pass');
  });

  it('takes no error and nothing untestable for a known failure', async () => {
    const over = { knownFailing: ['MDT-AAA-001'] };
    assert.equal((await one(() => assert.fail('oops'), over)).outcome, 'error');
    const untestable: Check['run'] = () => {
      throw new Untestable('it never listened');
    };
    const { outcome, message } = await one(untestable, over);
    assert.deepEqual([outcome, message], ['untestable', 'it never listened']);
  });

  it('blames nobody else for an exception of its own, thrown, rejected, or no Error at all', async () => {
    const thrown: Check['run'] = () => {
      throw new TypeError('undefined is not a function');
    };
    const report = await one(thrown);
    assert.equal(report.outcome, 'error');
    assert.match(report.message ?? '', /undefined is not a function/);
    assert.equal((await one(() => Promise.reject(new Error('later')))).outcome, 'error');
    // oxlint-disable-next-line typescript/only-throw-error, typescript/prefer-promise-reject-errors
    assert.equal((await one(() => Promise.reject('a text'))).outcome, 'error');
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    assert.equal((await one(() => Promise.reject(undefined))).outcome, 'error');
  });

  it('ends a check that does not end, and goes on with the next', async () => {
    const forever: Check['run'] = () => new Promise(() => undefined);
    const { reports } = await judged([checkOf(MUST, forever), checkOf('MDT-AAA-001/b')], { timeoutMs: 50 });
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ['error', 'pass'],
    );
    assert.match(reports[0]?.message ?? '', /50\s?ms/);
  });

  it('loses only the check in which something is thrown out of nowhere', async () => {
    const checks = [
      checkOf(MUST, () => soon(() => assert.fail('out of nowhere'))),
      checkOf('MDT-AAA-001/b', () => soon(() => void Promise.reject(new Error('nobody awaits this')))),
      checkOf('MDT-AAA-001/c'),
    ];
    const { reports } = await withoutOuterMocha(() => judged(checks));
    assert.deepEqual(
      reports.map(({ id, outcome }) => [id, outcome]),
      [
        [MUST, 'error'],
        ['MDT-AAA-001/b', 'error'],
        ['MDT-AAA-001/c', 'pass'],
      ],
    );
    assert.match(reports[0]?.message ?? '', /out of nowhere/);
  });

  it('reports every check once, though something is thrown after it has passed', async () => {
    const late: Check['run'] = () => {
      setTimeout(() => assert.fail('after all was said'), 1);
    };
    const wait: Check['run'] = () => soon(() => undefined);
    const { reports } = await withoutOuterMocha(() => judged([checkOf(MUST, late), checkOf('MDT-AAA-001/b', wait)]));
    assert.deepEqual(
      reports.map(({ id }) => id),
      [MUST, 'MDT-AAA-001/b'],
    );
    assert.ok(
      reports.some(({ outcome }) => outcome === 'error'),
      'what was thrown is told',
    );
  });

  it('says not claimed of a feature that the manifest does not claim, without running the check', async () => {
    let ran = false;
    const run = (): void => void (ran = true);
    const { outcome, message } = await one(run, {}, MUST, { feature: 'clock' });
    assert.deepEqual([outcome, ran, message], ['not claimed', false, 'the manifest does not claim clock']);
    assert.equal((await one(run, { features: ['clock'] }, MUST, { feature: 'clock' })).outcome, 'pass');
  });

  it('calls not observable what a target need not do and did not', async () => {
    const { outcome, message } = await one(() => {
      throw new NotObservable('there is no txref');
    });
    assert.deepEqual([outcome, message], ['not observable', 'there is no txref']);
  });

  it('gives a check what its scenes saw, and what a scene could not show to those that asked for it', async () => {
    const seen = (name: string): Promise<unknown> =>
      name === 'birth' ? Promise.resolve({ lives: 3 }) : Promise.reject(new Untestable('the target did not start'));
    const run: Check['run'] = ({ seen: { birth } }) => equal(birth, { lives: 3 }, 'what was seen');
    assert.equal((await one(run, { seen }, MUST, { scenes: ['birth'] })).outcome, 'pass');
    const report = await one(run, { seen }, MUST, { scenes: ['birth', 'killed'] });
    assert.deepEqual(
      [report.outcome, report.message, report.scene],
      ['untestable', 'the target did not start', 'birth killed'],
    );
  });

  it('adds evidence, pass or fail', async () => {
    const report = await one(({ evidence }) => {
      evidence('height', 7);
      evidence('octets', 'ab');
    });
    assert.deepEqual(report.evidence, [
      { label: 'height', text: '7' },
      { label: 'octets', text: 'ab' },
    ]);
  });

  it('repeats no secret: not in evidence, in what came, in a message or in the text of an error', async () => {
    const reports = [
      await one(({ evidence }) => evidence('answer', { password: SECRET })),
      await one(() => equal(SECRET, 'nothing', `the answer ${SECRET}`)),
      await one(() => holds(false, 'it', { expected: `not ${SECRET}`, got: Buffer.from(SECRET).toString('base64') })),
      await one(() => equal('x'.repeat(1_990) + SECRET, '', 'an answer that is cut in the middle of it')),
      await one(({ evidence }) => evidence('answer', 'x'.repeat(1_990) + SECRET)),
      await one(() => assert.fail(`cannot read ${SECRET}`)),
      await one(() => {
        throw new Untestable(`no ${SECRET}`);
      }),
    ];
    const watch = new SecretWatch([{ name: 'passphrase', value: SECRET }]);
    watch.look('reports', JSON.stringify(reports));
    assert.deepEqual(watch.leaks, []);
    assert.ok(!JSON.stringify(reports).includes('passphrase-'));
    assert.equal(reports[1]?.got, '[secret: passphrase]');
  });

  it('tells of each check in the stream, valid and in the order of the suites', async () => {
    const { reports, events } = await judged([checkOf(MUST, differs), checkOf('MDT-AAA-001/b'), checkOf(SHOULD)]);
    const told = events.events.map((event) => (event.type === 'check_finished' ? event.check : undefined));
    assert.deepEqual(told, reports);
    for (const event of events.events) assert.equal(schemaFault('run-event', event), undefined);
  });

  it('leaves nothing listening in the process', async () => {
    const before = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    for (let index = 0; index < 3; index++) await one(() => undefined);
    assert.equal(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'), before);
  });
});
