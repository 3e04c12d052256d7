import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { refuses } from '../core/expect-error.ts';
import type { LaunchConfiguration } from '../gen/schemas.ts';
import { Entropy } from '../runtime/entropy.ts';
import type { Launch } from '../runtime/launch.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { maxFeeRate } from './fee-options.ts';
import { checkOptions, readOfflineKeys, recordIdentity } from './identity.ts';
import { makeSecrets } from './secrets.ts';

const backend = { rpc: { url: '', user: '', password: '' } };
const OFFLINE = { status: `02${'11'.repeat(32)}`, next_anchor_hash: '22'.repeat(32) };
const OPTIONS = {
  name: 'D',
  operator: { legal_name: 'O', jurisdiction: 'GB', contact: 'mailto:o@example.org' },
  offline_keys: OFFLINE,
};

const onRegtest: Launch = {
  configuration: launchConfiguration(),
  network: { name: 'regtest', addressPrefix: 'bcrt' },
  backend,
};

function onMain(options: Record<string, unknown> = OPTIONS, changes: Partial<LaunchConfiguration> = {}): Launch {
  return {
    configuration: { ...launchConfiguration(), options, ...changes },
    network: { name: 'main', addressPrefix: 'bc' },
    backend,
  };
}

describe('the options of a launch', () => {
  it('may be left out on regtest, where nobody is answerable', () => checkOptions(onRegtest));

  it('name the entity and its operator on every other chain', async () => {
    checkOptions(onMain());
    await refuses(() => checkOptions(onMain({ ...OPTIONS, name: undefined })), 'MDT_LAUNCH', '/options/name');
    await refuses(
      () => checkOptions(onMain({ ...OPTIONS, operator: undefined })),
      'MDT_LAUNCH',
      '/options/operator/legal_name',
    );
    const contactless = { legal_name: 'O', jurisdiction: 'GB' };
    await refuses(
      () => checkOptions(onMain({ ...OPTIONS, operator: contactless })),
      'MDT_LAUNCH',
      '/options/operator/contact',
    );
  });

  it('bound the fee of a stuck anchor by a whole rate, not below that of the first', async () => {
    const launch = (max_fee_sat_vb: unknown, fee_sat_vb = 2): Launch => {
      const { chain } = onRegtest.configuration;
      return onMain({ ...OPTIONS, max_fee_sat_vb }, { chain: { ...chain, fee_sat_vb } });
    };
    assert.deepEqual(
      [undefined, 2, 10_000].map((given) => maxFeeRate(launch(given))),
      [500, 2, 10_000],
    );
    assert.equal(maxFeeRate(launch(undefined, 700)), 700);
    for (const wrong of [1, 2.5, '20', null, 10_001]) {
      await refuses(() => checkOptions(launch(wrong)), 'MDT_LAUNCH', '/options/max_fee_sat_vb');
    }
  });

  it('give the keys that the service must not hold there', async () => {
    assert.deepEqual(readOfflineKeys(onMain()), OFFLINE);
    assert.equal(readOfflineKeys(onRegtest), undefined);
    const without = { ...OPTIONS, offline_keys: undefined };
    await refuses(() => checkOptions(onMain(without)), 'MDT_LAUNCH', '/options/offline_keys/status');
    const short = { ...OPTIONS, offline_keys: { ...OFFLINE, next_anchor_hash: '22' } };
    await refuses(() => checkOptions(onMain(short)), 'MDT_LAUNCH', '/options/offline_keys/next_anchor_hash');
    const imported = onMain(OPTIONS, { import_secrets: { status: '33'.repeat(32) } });
    await refuses(() => checkOptions(imported), 'MDT_LAUNCH', '/import_secrets/status');
  });
});

describe('the secrets of a D-TA', () => {
  const entropy = new Entropy(randomBytes);

  it('hold neither the status key nor the next anchor key where those are kept off line', () => {
    const secrets = makeSecrets('dta', entropy, {}, OFFLINE);
    assert.deepEqual([secrets.status, secrets.next_anchor], [undefined, undefined]);
    const { keys } = recordIdentity(onMain(), secrets);
    assert.deepEqual([keys.status, keys.next_anchor_hash], [OFFLINE.status, OFFLINE.next_anchor_hash]);
  });

  it('are six different ones, never the same twice', () => {
    const all = [makeSecrets('dta', entropy, {}), makeSecrets('dta', entropy, {})].flatMap(
      (secrets) => Object.values(secrets) as string[],
    );
    assert.equal(all.length, 12);
    assert.equal(new Set(all).size, 12);
    assert.ok(all.every((secret) => /^[0-9a-f]{64}$/.test(secret)));
  });
});
