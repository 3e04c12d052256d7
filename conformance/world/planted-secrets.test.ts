/** A target that tells its secrets wherever it can, in every spelling that the kit knows: no part of a report repeats one. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStream } from '../kit/events.ts';
import { equal } from '../kit/expect.ts';
import { judge } from '../kit/judge.ts';
import { processLauncher } from '../kit/launcher.ts';
import { checkOf, suiteOf, targetOf } from '../kit/sample-ledger.ts';
import type { Scheduler } from '../kit/scheduler.ts';
import { SecretWatch } from '../kit/secrets.ts';
import { spellings } from '../kit/spellings.ts';
import { LEDGER, sampleRun } from '../report/sample-run.ts';
import { writeReports } from '../report/write.ts';
import { SeededRandom } from './random.ts';
import { isListening, Subject } from './subject.ts';
import { lookedAt } from './wire-log.ts';
import type { World } from './world.ts';

/** Reads its configuration and the spellings of what is in it, and tells them on every way out that it has. */
const LEAKY = `
  const { createServer } = require('node:http');
  const { createInterface } = require('node:readline');
  const lines = createInterface({ input: process.stdin });
  let first = true;
  const told = [];
  lines.on('line', (text) => {
    const value = JSON.parse(text);
    if (value.leak) {
      told.push(Buffer.from(value.leak, 'base64'));
      for (const out of [process.stdout, process.stderr]) out.write(Buffer.concat([Buffer.from('log '), told.at(-1), Buffer.from('\\n')]));
      process.stdout.write(JSON.stringify({ event: 'ready', entity_id: told.at(-1).toString() }) + '\\n');
      process.stdout.write(JSON.stringify({ id: value.id, ok: true }) + '\\n');
      return;
    }
    if (!first) return;
    first = false;
    process.stderr.write(text + '\\n');
    const [host, port] = value.listen.http.split(':');
    createServer((request, answer) => {
      answer.setHeader('x-leak', encodeURIComponent(value.passphrase));
      answer.end(Buffer.concat(told.flatMap((one) => [one, Buffer.from('\\n')])));
    }).listen(Number(port), host, () => process.stdout.write('{"event":"listening"}\\n'));
  });
`;

describe('planted secrets', () => {
  let folder: string;
  let events: EventStream;
  let subject: Subject;
  let secrets: string[];
  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'milagro-planted-test-'));
    events = new EventStream(folder);
    const [started] = sampleRun({ narrowed: true, checks: [{ requirement: 'MDT-DOC-001', outcome: 'fail' }] });
    assert.ok(started?.type === 'run_started');
    events.emit(started);
    const world = worldOf(events, folder);
    subject = await Subject.create(world, 'birth');
    try {
      secrets = await leakAll(subject);
      await judgeOn(world, await subject.http('/'));
    } finally {
      await subject.end();
      await subject.dispose();
    }
    writeReports(folder, events.events, LEDGER);
    events.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('were told by the target in its output and in its answers', () => {
    const where = new Set(subject.secrets.leaks.map((leak) => leak.where.split(' ')[0]));
    for (const place of ['standard', 'HTTP']) assert.ok(where.has(place), place);
    assert.equal(new Set(subject.secrets.leaks.map(({ name }) => name)).size, secrets.length);
  });

  for (const file of ['events.jsonl', 'report.json', 'report.html', 'junit.xml']) {
    it(`are in no spelling in ${file}`, () => {
      const text = readFileSync(join(folder, file), 'utf8');
      const found = new SecretWatch(secrets.map((value, index) => ({ name: `secret ${String(index)}`, value })));
      found.look(file, text);
      if (file.endsWith('json') || file.endsWith('jsonl')) for (const part of textsOf(text)) found.look(file, part);
      assert.deepEqual(found.leaks, []);
    });
  }

  it('stand in the events by their names, and the rest of the launch configuration as it was', () => {
    const launch = events.events.find((event) => event.type === 'target_line' && event.stream === 'stdin');
    assert.ok(launch?.type === 'target_line');
    const { passphrase, chain, import_secrets: imported, listen } = JSON.parse(launch.text) as Subject['configuration'];
    assert.deepEqual([passphrase, chain.rpc?.password, imported?.anchor], ['[secret]', '[secret]', '[secret]']);
    assert.deepEqual(listen, subject.configuration.listen);
    assert.ok(
      events.events.some((event) => event.type === 'exchange' && event.answer.includes('[secret: passphrase]')),
    );
  });
});

function worldOf(events: EventStream, folder: string): World {
  const program = join(folder, 'leaky.cjs');
  writeFileSync(program, LEAKY);
  const target = {
    ...targetOf({ claims: { profiles: ['identity'], features: ['import_secrets'] } }),
    ...{ folder, command: [process.execPath, program] as [string, string] },
  };
  return {
    ...{ events, target, launcher: processLauncher(target), genesis: '00'.repeat(32) },
    ...{ random: new SeededRandom('planted'), secrets: [], overLimits: [], subjects: new Set(), birthFailed: false },
    chain: { targetRpc: { url: 'http://127.0.0.1:1', user: 'node', password: 'unused' } },
    begun: Promise.withResolvers<void>(),
  } as unknown as World;
}

/** Has the target tell each secret in each spelling, by a control line that is written past the record. Gives the secrets. */
async function leakAll(subject: Subject): Promise<string[]> {
  const { passphrase, chain, import_secrets: imported } = subject.configuration;
  const secrets = [passphrase, chain.rpc?.password ?? '', ...Object.values(imported ?? {})];
  const life = subject.launch();
  assert.ok(await life.line(isListening, 10_000));
  for (const leak of secrets.flatMap(spellings)) {
    const octets = leak.includes(0x0a) ? Buffer.from(leak.toString('hex')) : leak; // a line feed would end the line
    await life.control({ control: 'leak', leak: octets.toString('base64') });
  }
  return secrets;
}

/** A check that fails, and says what it was answered. */
async function judgeOn(world: World, answer: Awaited<ReturnType<Subject['http']>>): Promise<void> {
  const body = 'failed' in answer ? answer.failed : answer.body.toString();
  const check = checkOf('MDT-DOC-001/sample', ({ evidence }) => {
    lookedAt(answer);
    evidence('what came', answer);
    equal(body, 'nothing', `the body, which is ${body}`, body);
  });
  await judge({
    ...{ world, ledger: LEDGER, suites: [suiteOf(check)], knownFailing: new Map<string, string>() },
    scheduler: {} as unknown as Scheduler,
  });
}

/** Every string of a document, or of a document a line. */
function textsOf(text: string): string[] {
  const found: string[] = [];
  const documents = text.includes('\n{') ? text.trimEnd().split('\n') : [text];
  for (const document of documents)
    JSON.parse(document, (_name, value: unknown) => {
      if (typeof value === 'string') found.push(value);
      return value;
    });
  return found;
}
