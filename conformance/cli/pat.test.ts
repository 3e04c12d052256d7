import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostedRecord, Verdict, VerificationBundle } from '../../reference/gen/schemas.ts';
import { schemaFault } from '../kit/schemas.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { deterministicSignature } from '../oracle/signature.ts';
import { IMPORTED, PatStage, RECORD } from './pat-fixture.ts';

/** The scenes build upon one another: an entity lives on a real bitcoind, and is asked about meanwhile. */
describe('milagro-trust pat verify', function () {
  this.timeout(60_000);
  let stage: PatStage;
  let entity = '';
  let hosted: HostedRecord;
  const bundle = (): string => join(stage.folder, 'saved.bundle.json');
  const state = (): string => join(stage.folder, 'state');

  before(async () => {
    stage = await PatStage.set();
    entity = await stage.bringUp();
    hosted = await stage.hosted();
  });
  after(() => stage.strike());

  it('answers VERIFIED for a living D-TA, with what bitcoind says of its blocks', async () => {
    await stage.regtest.mine(6);
    const verdict = await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest);
    const { status, ...document } = verdict;
    assert.deepEqual([verdict.verdict, status, verdict.entity_id], ['VERIFIED', 0, entity]);
    assert.equal(schemaFault('verdict', document), undefined);

    const tip = await blockOf(stage, await stage.chain.rpc.call<string>('getbestblockhash'));
    const at = { height: tip.height, hash: tip.hash };
    assert.deepEqual(
      [verdict.headers.tip, verdict.headers.work, verdict.headers.sources],
      [at, tip.chainwork, [{ name: stage.rest, tip: at, work: tip.chainwork, best: true }]],
    );
    const { locator } = hosted.anchor;
    const anchor = await blockOf(stage, locator.block_hash);
    const closing = await blockOf(stage, await stage.chain.rpc.call<string>('getblockhash', [anchor.height + 6]));
    const { freshness } = hosted.birth_record;
    const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
    assert.deepEqual(
      [verdict.confirmations, verdict.existed_after, verdict.existed_before],
      [anchor.confirmations, time((await blockOf(stage, freshness.hash)).mediantime), time(closing.mediantime)],
    );
  });

  it('answers the same by a node of the P2P network, beside REST or alone, and from a state of nine kilobytes', async () => {
    const p2p = `p2p://${stage.chain.p2p}`;
    const pruned = ['--state', join(stage.folder, 'pruned'), '--prune'];
    for (const sources of [[p2p, stage.rest], [p2p], [p2p]]) {
      const headers = sources.flatMap((source) => ['--headers', source]);
      const verdict = await stage.verdict(stage.issuer, '--pin', entity, ...headers, ...pruned);
      assert.deepEqual([verdict.verdict, verdict.status], ['VERIFIED', 0]);
      const named = verdict.headers.sources.filter(({ name }) => name !== 'state');
      assert.deepEqual(
        named.map(({ name, best, tip }) => [name, best, tip]),
        sources.map((source) => [source, true, verdict.headers.tip]),
      );
    }
  });

  it('says so to a person, a line a step and the verdict last', async () => {
    const { status, out, err } = await stage.verify(stage.issuer, '--pin', entity, '--headers', stage.rest);
    assert.equal(status, 0, err);
    for (const step of ['fetch', 'read', 'record', 'digest', 'signature', 'pin', 'headers', 'anchor', 'depth', 'time'])
      assert.match(out, new RegExp(`^✓ ${step}\\b`, 'm'));
    assert.match(out, /^· successors$/m);
    assert.match(out, new RegExp(`^VERIFIED\\n {2}entity_id {2}${entity}$`, 'm'));
  });

  it('answers UNPINNED without a pin, and REJECTED for another entity, with status 1', async () => {
    const free = await stage.verdict(stage.issuer, '--headers', stage.rest);
    assert.deepEqual([free.verdict, free.code, free.status], ['UNPINNED', 'MDT_UNPINNED', 1]);
    const other = await stage.verdict(stage.issuer, '--pin', '00'.repeat(32), '--headers', stage.rest);
    assert.deepEqual([other.verdict, other.code, other.status], ['REJECTED', 'MDT_PIN', 1]);
  });

  it('takes the best of several sources, and leaves out one that is silent or lies', async () => {
    const silent = await stage.show({ status: 404 });
    const lying = await stage.show({ body: Buffer.alloc(160) });
    const sources = [silent, lying, stage.rest].flatMap((url) => ['--headers', url]);
    const verdict = await stage.verdict(stage.issuer, '--pin', entity, ...sources);
    const given = verdict.headers.sources.map(({ name, best, code }) => [name, best, code]);
    assert.deepEqual(given, [
      [silent, false, 'MDT_SOURCE'],
      [lying, false, 'MDT_SOURCE'],
      [stage.rest, true, undefined],
    ]);
    assert.equal(verdict.verdict, 'VERIFIED');
    const alone = await stage.verdict(stage.issuer, '--pin', entity, '--headers', lying);
    assert.deepEqual([alone.verdict, alone.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('follows a reorganisation of three blocks from the headers that it remembers', async () => {
    const remembering = ['--pin', entity, '--headers', stage.rest, '--state', join(stage.folder, 'reorganised')];
    const [first = ''] = await stage.regtest.mine(3);
    const before = await stage.verdict(stage.issuer, ...remembering);
    await stage.chain.rpc.call('invalidateblock', [first]);
    const shorter = await stage.verdict(stage.issuer, ...remembering);
    await stage.regtest.mine(4);
    const after = await stage.verdict(stage.issuer, ...remembering);
    const tip = await blockOf(stage, await stage.chain.rpc.call<string>('getbestblockhash'));
    assert.deepEqual([before.verdict, shorter.verdict, after.verdict], ['VERIFIED', 'VERIFIED', 'VERIFIED']);
    // While the node had less work than is remembered, what is remembered was the chain.
    assert.deepEqual(shorter.headers.tip, before.headers.tip);
    assert.deepEqual([after.headers.tip, after.headers.work], [{ height: tip.height, hash: tip.hash }, tip.chainwork]);
  });

  it('does not follow a redirect, nor read more than a record', async () => {
    const refused = async (base: string, code: string): Promise<void> => {
      const verdict = await stage.verdict(base, '--pin', entity, '--headers', stage.rest);
      assert.deepEqual([verdict.status, verdict.code, verdict.steps[0]?.outcome], [1, code, 'failed']);
    };
    await refused(await stage.show({ status: 302, headers: { location: `${stage.issuer}${RECORD}` } }), 'MDT_SOURCE');
    await refused(await stage.show({ body: Buffer.alloc(1_048_577, 32) }), 'MDT_DOCUMENT_TOO_LARGE');
  });

  it('does not believe a copy at another place', async () => {
    const copy = await stage.show({ body: JSON.stringify(hosted) });
    const verdict = await stage.verdict(copy, '--pin', entity, '--headers', stage.rest);
    assert.deepEqual([verdict.verdict, verdict.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('saves a bundle that can be verified without any network', async () => {
    const live = await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest, '--save', bundle());
    const saved = JSON.parse(readFileSync(bundle(), 'utf8')) as VerificationBundle;
    assert.equal(schemaFault('verification-bundle', saved), undefined);
    const offline = await stage.verdict('--bundle', bundle(), '--pin', entity);
    const sources = offline.headers.sources.map(({ name }) => name);
    assert.deepEqual([offline.verdict, offline.status, sources], ['VERIFIED', 0, ['bundle']]);
    const lasting = ({ existed_after, existed_before, confirmations, headers }: Verdict): unknown => [
      ...[existed_after, existed_before, confirmations],
      ...[headers.tip, headers.work],
    ];
    assert.deepEqual(lasting(offline), lasting(live));

    const forged = structuredClone(saved);
    forged.headers.hex = `${saved.headers.hex.slice(0, -2)}ff`; // the nonce of the tip: three times of four no work
    forged.hosted = saved.hosted.replace('"name":"', '"name":"Not ');
    const path = join(stage.folder, 'forged.bundle.json');
    writeFileSync(path, JSON.stringify(forged));
    const rejected = await stage.verdict('--bundle', path, '--pin', entity);
    assert.deepEqual([rejected.verdict, rejected.code], ['REJECTED', 'MDT_DIGEST']);
  });

  it('verifies an entity that is older than its own checkpoint, by the headers that lead up to it (MDT-CHN-111)', async () => {
    const { rpc } = stage.chain;
    const height = (await rpc.call<number>('getblockcount')) - 1;
    const block = await blockOf(stage, await rpc.call<string>('getblockhash', [height]));
    const header = await rpc.call<string>('getblockheader', [block.hash, false]);
    const before = Array.from({ length: 11 }, (_, index) => height - 11 + index);
    const previous_times = await Promise.all(
      before.map(async (at) => (await blockOf(stage, await rpc.call<string>('getblockhash', [at]))).time),
    );
    const written = (name: string, value: unknown): string => {
      const file = join(stage.folder, name);
      writeFileSync(file, JSON.stringify(value));
      return file;
    };
    const { genesis } = hosted.birth_record.chain;
    const rules = { pow_limit_bits: '207fffff', retarget: false, target_timespan_seconds: 1_209_600 };
    const chain = written('chain.json', { genesis, ...rules, interval: height });
    const { hash, chainwork } = block;
    const checkpoint = written('checkpoint.json', { height, hash, header, chainwork, previous_times });
    const own = ['--chain', chain, '--checkpoint', checkpoint, '--pin', entity, '--headers', stage.rest];
    const plain = await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest);
    const verdict = await stage.verdict(stage.issuer, ...own);
    assert.deepEqual(
      [verdict.verdict, verdict.headers.from?.height, verdict.headers.work, verdict.existed_after],
      ['VERIFIED', height, plain.headers.work, plain.existed_after],
    );
  });

  it('follows the entity through a SUCCESSOR by what it remembers', async () => {
    const remembering = ['--pin', entity, '--headers', stage.rest, '--state', state()];
    assert.equal((await stage.verdict(stage.issuer, ...remembering)).verdict, 'VERIFIED');
    assert.deepEqual(await stage.control('successor'), { id: 1, ok: true });
    assert.equal(await stage.ready(2), entity);
    const verdict = await stage.verdict(stage.issuer, ...remembering);
    assert.deepEqual([verdict.verdict, verdict.entity_id], ['VERIFIED', entity]);
    assert.notEqual(verdict.digest, entity);
    assert.equal(verdict.steps.find(({ step }) => step === 'successors')?.outcome, 'ok');
    // The record before is shown again, as whoever holds the line could.
    const rolledBack = await stage.verdict('--bundle', bundle(), '--pin', entity, '--state', state());
    assert.deepEqual([rolledBack.verdict, rolledBack.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('answers RETIRED when the end is deep enough', async () => {
    assert.equal((await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest)).verdict, 'VERIFIED');
    assert.deepEqual(await stage.control('retire', { reason: 'the end of this test' }), { id: 2, ok: true });
    const verdict = await eventually(stage, entity, 'RETIRED');
    assert.deepEqual([verdict.code, verdict.status], ['MDT_RETIRED', 1]);
    const evidence = verdict.steps.find(({ step }) => step === 'retirement')?.evidence;
    assert.equal(evidence?.['deep'], true);
  });

  it('gives the code of what is wrong with a record that was tampered with, at the place of the right one', async () => {
    const shown = await stage.hosted();
    await stage.endDta();
    const text = JSON.stringify(shown);
    const { signature, lineage } = shown;
    const unproven = JSON.stringify({ ...shown, lineage: { ...lineage, proofs: [] } });
    const altered = JSON.stringify(alteredBy(shown, IMPORTED.next_anchor, IMPORTED.anchor));
    for (const [what, changed, verdict, code] of [
      ['a changed name', text.replace('"name":"', '"name":"Not '), 'REJECTED', 'MDT_DIGEST'],
      ['a changed signature', text.replace(signature, `${signature.slice(0, -2)}00`), 'REJECTED', 'MDT_SIGNATURE'],
      ['half of it', text.slice(0, text.length / 2), 'REJECTED', 'MDT_NOT_JSON'],
      ['nothing', '', 'REJECTED', 'MDT_NOT_JSON'],
      ['without its proofs', unproven, 'REJECTED', 'MDT_SCHEMA'],
      ['another record by its own key', altered, 'ALTERED', 'MDT_ALTERED'],
      ['all of it', text, 'RETIRED', 'MDT_RETIRED'],
    ] as const) {
      await stage.closeServers();
      await stage.show({ body: changed }, Number(new URL(stage.issuer).port));
      const answer = await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest);
      assert.deepEqual([answer.verdict, answer.code], [verdict, code], what);
    }
  });

  const MISTAKES: [args: string[], says: RegExp][] = [
    [[], /either a URL or --bundle/],
    [['https://a.example'], /at least one --headers/],
    [['ftp://a.example', '--headers', 'http://127.0.0.1:1'], /no http or https URL/],
    [['https://a.example', '--headers', 'http://a.example'], /loopback or private/],
    [['https://a.example', '--pin', '6F'], /Not an entity_id/],
    [['https://a.example', '--confirmations', '0'], /Not from 1 to 1000/],
    [['--bundle', '/nonexistent'], /cannot be read/],
  ];
  for (const [args, says] of MISTAKES) {
    it(`exits with 2 for “${args.join(' ')}”, and says what is wrong`, async () => {
      const { status, out, err } = await stage.verify(...args);
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, says);
    });
  }
});

interface Block {
  hash: string;
  height: number;
  confirmations: number;
  mediantime: number;
  time: number;
  chainwork: string;
}

async function blockOf(stage: PatStage, hash: string): Promise<Block> {
  return stage.chain.rpc.call<Block>('getblockheader', [hash]);
}

async function eventually(stage: PatStage, pin: string, wanted: string): Promise<Verdict & { status: number }> {
  for (let turn = 0; turn < 20; turn++) {
    await stage.regtest.mine(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const verdict = await stage.verdict(stage.issuer, '--pin', pin, '--headers', stage.rest);
    if (verdict.verdict === wanted) return verdict;
  }
  throw new Error(`never ${wanted}`);
}

/** Another record in the place of a successor's, signed as the holders of both keys could. */
function alteredBy(shown: HostedRecord, key: string, before: string): HostedRecord {
  const record = { ...shown.birth_record, name: 'Another' };
  const digest = sha256(canonicalOctets(record));
  const by = (hex: string): string =>
    deterministicSignature('MDT/1/milagro-birth-record', digest, Buffer.from(hex, 'hex')).toString('hex');
  const signatures = { signature: by(key), previous_signature: by(before) };
  return { ...shown, birth_record: record, sha256: digest.toString('hex'), ...signatures };
}
