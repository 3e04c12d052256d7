import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { refuses } from '../core/expect-error.ts';
import { parseAddress, readLaunch } from './launch.ts';
import { launchConfiguration, MAIN_GENESIS } from './launch-fixture.ts';

const read = (changes: Record<string, unknown>): ReturnType<typeof readLaunch> =>
  readLaunch(Buffer.from(JSON.stringify({ ...launchConfiguration(), ...changes })), 'dta');

const { chain, policy, listen } = launchConfiguration();
/** Of testnet, whose rules for difficulty the reference does not have. */
const TEST_GENESIS = '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943';
const publicAt = (issuer: string): Record<string, unknown> => ({ public: { issuer, grpc: '127.0.0.1:2' } });
const onMain = {
  chain: { ...chain, genesis: MAIN_GENESIS, checkpoint: { height: 0, hash: MAIN_GENESIS } },
  ...publicAt('https://d.example'),
};
const throughRelays = (relays: readonly string[], genesis = chain.genesis): Record<string, unknown> => ({
  chain: { ...{ genesis, checkpoint: { height: 0, hash: genesis } }, backend: 'relay', relays },
});
const slow = { ...policy, anchor_period_seconds: 86_400, canary_max_age_seconds: 273_600 };

describe('readLaunch', () => {
  it('reads a configuration, with its network and its way to the node', () => {
    const launch = read({});
    assert.equal(launch.network.name, 'regtest');
    assert.deepEqual('rpc' in launch.backend && { ...launch.backend.rpc }, chain.rpc);
  });

  it('reads one with relays in place of a node, and of a relay it wants a node', async () => {
    const relays = ['grpcs://relay.example:443', 'grpc://127.0.0.1:9000'];
    assert.deepEqual(read(throughRelays(relays)).backend, { relays });
    const line = Buffer.from(JSON.stringify({ ...launchConfiguration(), role: 'relay', ...throughRelays(relays) }));
    await refuses(() => readLaunch(line, 'relay'), 'MDT_LAUNCH', '/chain/backend');
  });

  it('reads one of the main chain, whose policy is not of seconds', () => {
    assert.equal(read({ ...onMain, policy: slow }).network.name, 'main');
  });

  const refused: readonly (readonly [what: string, changes: Record<string, unknown>, field: string])[] = [
    ['a missing member', { policy: undefined }, '/policy'],
    ['an unknown member', { extra: 1 }, '/extra'],
    ['another contract version', { launch: 2 }, '/launch'],
    ['a passphrase of 11 characters', { passphrase: 'x'.repeat(11) }, '/passphrase'],
    ['another role', { role: 'idp' }, '/role'],
    ['a transport that is not supported', { transport: 'noise-xk' }, '/transport'],
    ['relays beside the node', { chain: { ...chain, relays: ['grpc://127.0.0.1:1'] } }, '/chain/relays'],
    ['the node beside relays', { chain: { ...chain, backend: 'relay', relays: ['grpc://127.0.0.1:1'] } }, '/chain/rpc'],
    ['no relay', throughRelays([]), '/chain/relays'],
    [
      'a relay by grpc at a public host',
      throughRelays(['grpc://10.0.0.1:1', 'grpc://relay.example:1']),
      '/chain/relays/1',
    ],
    ['a relay that is no relay', throughRelays(['https://relay.example:1']), '/chain/relays/0'],
    ['a relay without a port', throughRelays(['grpcs://relay.example']), '/chain/relays/0'],
    [
      'relays on a network of other rules',
      { ...onMain, policy: slow, ...throughRelays(['grpc://127.0.0.1:1'], TEST_GENESIS) },
      '/chain/genesis',
    ],
    ['no way to the node', { chain: { ...chain, rpc: undefined } }, '/chain/rpc'],
    ['an unknown genesis', { chain: { ...chain, genesis: '00'.repeat(32) } }, '/chain/genesis'],
    [
      'a checkpoint off the retarget boundary',
      { chain: { ...chain, checkpoint: { height: 1, hash: chain.genesis } } },
      '/chain/checkpoint/height',
    ],
    [
      'a checkpoint at 0 that is not the genesis',
      { chain: { ...chain, checkpoint: { height: 0, hash: '00'.repeat(32) } } },
      '/chain/checkpoint/hash',
    ],
    ['http at a public host (MDT-REC-005)', publicAt('http://example.org'), '/public/issuer'],
    ['http at a public address that looks private', publicAt('http://10.example.org'), '/public/issuer'],
    ['http at a link-local address, which is not private', publicAt('http://169.254.1.1:8080'), '/public/issuer'],
    ['http at a link-local address of IPv6', publicAt('http://[fe80::1]'), '/public/issuer'],
    ['http beside a private range', publicAt('http://172.32.0.1'), '/public/issuer'],
    ['http at a name that ends like localhost', publicAt('http://evil-localhost'), '/public/issuer'],
    ['a host that the schema lets pass and URL does not', publicAt('http://127.0.p.1:8080'), '/public/issuer'],
    ['the same with https', publicAt('https://127.0.p.1'), '/public/issuer'],
    ['an issuer with a slash at its end', publicAt('http://127.0.0.1:1/'), '/public/issuer'],
    ['http on the main chain', { ...onMain, ...publicAt('http://127.0.0.1'), policy: slow }, '/public/issuer'],
    [
      'a canary of seconds on the main chain (MDT-REC-103)',
      { ...onMain, policy: { ...slow, canary_max_age_seconds: 6 } },
      '/policy/canary_max_age_seconds',
    ],
    ['an imported key that is none', { import_secrets: { anchor: '00'.repeat(32) } }, '/import_secrets/anchor'],
    [
      'the same imported key twice (MDT-REC-008)',
      { import_secrets: { anchor: '11'.repeat(32), status: '11'.repeat(32) } },
      '/import_secrets/status',
    ],
    ['a port above 65535', { listen: { ...listen, grpc: '127.0.0.1:65536' } }, '/listen/grpc'],
  ];
  for (const [what, changes, field] of refused) {
    it(`refuses ${what} with MDT_LAUNCH at ${field}`, async () => refuses(() => read(changes), 'MDT_LAUNCH', field));
  }

  it('takes http on regtest at every loopback and private host (MDT-REC-005)', () => {
    const hosts = ['localhost', 'a.localhost', '127.9.9.9', '[::1]', '10.0.0.1', '172.16.0.1', '172.31.255.255'];
    for (const host of [...hosts, '192.168.0.1', '[fc00::1]', '[fdff::1]'])
      assert.equal(read(publicAt(`http://${host}:8080`)).network.name, 'regtest', host);
  });

  it('takes a line of 65,536 octets and refuses a longer one (C.1)', async () => {
    const line = (octets: number): Buffer => {
      const text = JSON.stringify(launchConfiguration());
      return Buffer.from(text.padEnd(octets));
    };
    assert.equal(readLaunch(line(65_536), 'dta').network.name, 'regtest');
    await refuses(() => readLaunch(line(65_537), 'dta'), 'MDT_LAUNCH', '');
  });

  it('refuses a line that is not JSON, and none at all', async () => {
    await refuses(() => readLaunch(Buffer.from('launch!'), 'dta'), 'MDT_LAUNCH', '');
    await refuses(() => readLaunch(Buffer.from('[]'), 'dta'), 'MDT_LAUNCH', '');
    await refuses(() => readLaunch(undefined, 'dta'), 'MDT_LAUNCH', '');
  });

  it('quotes no value, which may be a secret', () => {
    const planted = 'short-pass';
    assert.throws(
      () => read({ passphrase: planted }),
      (error: Error) => !JSON.stringify([error.message, error.stack]).includes(planted),
    );
  });
});

describe('parseAddress', () => {
  it('takes names, IPv4 and IPv6 in brackets', () => {
    assert.deepEqual(parseAddress('localhost:80', ''), { host: 'localhost', port: 80 });
    assert.deepEqual(parseAddress('[::1]:8080', ''), { host: '::1', port: 8080 });
  });
});
