import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hash256 } from '../core/block-header.ts';
import { refuses } from '../core/expect-error.ts';
import { GrownLineage } from '../core/fixtures/grown-lineage.ts';
import { STATUS_KEY, writtenStatuses } from '../core/fixtures/written-statuses.ts';
import { bytesToHex, printHash } from '../core/hex.ts';
import type { VerificationRequest } from '../core/verification/request.ts';
import { verifyEntity, type Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';
import { makeBundle, parseBundle } from './bundle.ts';
import { ownChain } from '../core/own-chain.ts';
import { forgetful } from './state.ts';
import { verifyBundle } from './verify.ts';

const grown = new GrownLineage('bundle');
const octets = Buffer.from(`${JSON.stringify(grown.hosted(), null, 1)}\n`);
const request: VerificationRequest = {
  url: grown.hosted().birth_record.services.birth_record,
  pins: [grown.entityId],
  confirmations: 3,
  now: grown.now,
  bundled: false,
  ...ownChain('regtest'),
};

async function live(): Promise<Verification> {
  const source = {
    name: 'node',
    update: async (chain: Verification['chain']) => void chain.add(grown.headers, grown.now),
  };
  return verifyEntity(request, { fetch: async () => octets, sources: [source], memory: forgetful() });
}

async function saved(): Promise<VerificationBundle> {
  return parseBundle(Buffer.from(JSON.stringify(makeBundle(await live(), request))));
}

const again = async (bundle: VerificationBundle, own: Partial<VerificationRequest> = {}): Promise<Verification> =>
  verifyBundle(bundle, { ...request, bundled: true, ...own }, [], forgetful());

describe('a bundle', () => {
  it('holds the record octet for octet and every header from the checkpoint on', async () => {
    const bundle = await saved();
    assert.deepEqual(Buffer.from(bundle.hosted), octets);
    assert.deepEqual([bundle.headers.from, bundle.headers.hex.length], [1, 160 * grown.height]);
    const { verdict } = await again(bundle);
    const sources = verdict.headers.sources.map(({ name, best }) => [name, best]);
    assert.deepEqual([verdict.verdict, sources], ['VERIFIED', [['bundle', true]]]);
  });

  it('is not believed about its chain (MDT-VER-112)', async () => {
    const bundle = await saved();
    const { chain, headers } = bundle;
    const nowhere = '00'.repeat(32);
    for (const [changed, code] of [
      [{ chain: { ...chain, genesis: nowhere } }, 'MDT_WRONG_CHAIN'],
      [{ chain: { ...chain, checkpoint: { height: 0, hash: nowhere } } }, 'MDT_WRONG_CHAIN'],
      [{ chain: { ...chain, checkpoint: { height: 5, hash: nowhere } } }, 'MDT_WRONG_CHAIN'],
      [{ chain: { ...chain, checkpoint: { height: 2016, hash: nowhere } } }, 'MDT_WRONG_CHAIN'],
      [{ headers: { ...headers, from: 0 } }, 'MDT_WRONG_CHAIN'],
      [{ headers: { ...headers, from: 5 } }, 'MDT_WRONG_CHAIN'],
      [{ headers: { ...headers, hex: headers.hex.slice(160) } }, 'MDT_WRONG_CHAIN'],
    ] as const) {
      const { verdict } = await again({ ...bundle, ...changed });
      assert.deepEqual(
        [verdict.verdict, verdict.code, verdict.headers.sources[0]?.code],
        ['UNKNOWN', 'MDT_SOURCE', code],
      );
    }
    const { verdict } = await again({ ...bundle, headers: { ...headers, hex: '' } });
    assert.deepEqual([verdict.verdict, verdict.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('serves a reader with a newer checkpoint, and is saved by one with what lies below it', async () => {
    const header = grown.headers[24] ?? assert.fail('no header');
    const own = {
      parameters: { ...request.parameters, interval: 25 },
      checkpoint: {
        ...{ height: 25, hash: printHash(hash256(header)), header: bytesToHex(header), previous_times: [] },
        chainwork: '1'.padStart(64, '0'),
      },
    };
    const newer = await again(await saved(), own);
    assert.equal(newer.verdict.verdict, 'VERIFIED');
    const resaved = parseBundle(Buffer.from(JSON.stringify(makeBundle(newer, { ...request, ...own }))));
    assert.deepEqual([resaved.chain.checkpoint.height, resaved.headers.from], [25, 1]);
    assert.equal((await again(resaved, own)).verdict.verdict, 'VERIFIED');
    assert.equal((await again(resaved)).verdict.verdict, 'VERIFIED');
  });

  it('is refused where it is cut in the middle of a header, and cannot be made of nothing', async () => {
    const bundle = await saved();
    bundle.headers.hex += '00';
    assert.equal((await again(bundle)).verdict.code, 'MDT_SOURCE');
    const { verdict, chain } = await live();
    await refuses(() => makeBundle({ verdict, chain, octets: undefined }, request), 'MDT_SOURCE');
    await refuses(() => makeBundle({ verdict, chain, octets: Uint8Array.of(0xff) }, request), 'MDT_NOT_UTF8');
  });

  it('holds the STATUSes where the canary was asked for, and answers for it off line', async () => {
    const own = new GrownLineage('bundled canary', 'relay', undefined, ({ keys, policy }) => ({
      keys: { ...keys, status: STATUS_KEY },
      policy: { ...policy, canary_max_age_seconds: 3_600 },
    }));
    const statuses = writtenStatuses(own.hosted(), [{ at: own.now - 120 }, { at: own.now - 60 }]);
    const texts = statuses.map((each) => JSON.stringify(each, null, 1));
    const asked = { ...request, pins: [own.entityId], now: own.now };
    const source = {
      name: 'node',
      update: async (chain: Verification['chain']) => void chain.add(own.headers, own.now),
    };
    const read = await verifyEntity(asked, {
      fetch: async () => Buffer.from(JSON.stringify(own.hosted())),
      ...{ sources: [source], memory: forgetful() },
      canary: {
        fetch: async () => texts.slice(1).map((text) => Buffer.from(text)),
        known: () => statuses.slice(0, 1),
        remember: () => undefined,
      },
    });
    const bundle = parseBundle(Buffer.from(JSON.stringify(makeBundle(read, asked))));
    // As received; one that was known from before in a form of our own.
    assert.deepEqual(bundle.statuses, [JSON.stringify(statuses[0]), texts[1]]);
    const offline = async (held: VerificationBundle, canary = true): Promise<string> => {
      const { verdict } = await verifyBundle(held, { ...asked, bundled: true }, [], forgetful(), { canary });
      return `${verdict.verdict} ${verdict.code ?? ''}`;
    };
    assert.equal(await offline(bundle), 'ACTIVE ');
    assert.equal(await offline(bundle, false), 'VERIFIED ');
    const { statuses: _, ...without } = bundle;
    assert.equal(await offline(without), 'UNKNOWN MDT_SOURCE');
    assert.equal(await offline({ ...bundle, statuses: [texts[1] ?? ''] }), 'UNKNOWN MDT_SOURCE');
  });
});
