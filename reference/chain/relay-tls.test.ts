/** A relay behind TLS (`grpcs`) as a source of headers: who is trusted is what the process trusts, by its own certificates or the operator's. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { hash256 } from '../core/block-header.ts';
import { onSchedule } from '../core/fixtures/mined-headers.ts';
import { bytesToHex, printHash } from '../core/hex.ts';
import { RelayServiceService } from '../gen/proto/milagro/trust/v1/relay.ts';

/** Block 0 of regtest. */
const FIRST = Buffer.from(
  `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`,
  'hex',
);
const GENESIS = printHash(hash256(FIRST));
const headers = onSchedule(FIRST, 12, 0, 0x207fffff);
const folder = mkdtempSync(join(tmpdir(), 'relay-tls-'));
const server = new Server();
let port = 0;

const pem = (name: string): Buffer => readFileSync(join(folder, name));
const openssl = (...given: string[]): Buffer => execFileSync('openssl', given, { cwd: folder, stdio: 'pipe' });

/** A CA of this test alone, and a certificate by it for `localhost` and no other name. */
function makeCertificates(): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=a CA of tests');
  openssl('req', ...key, '-keyout', 'relay.key', '-out', 'relay.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'relay.csr', ...by, '-out', 'relay.pem', '-days', '2');
}

/** What a reader does: whom a process trusts is settled when it starts. */
const READER = `
  import { parametersOf } from '${new URL('../core/chain-parameters.ts', import.meta.url).href}';
  import { HeaderChain } from '${new URL('../core/header-chain.ts', import.meta.url).href}';
  import { headerSource } from '${new URL('header-source.ts', import.meta.url).href}';
  const [, url, genesis, header] = process.argv;
  const checkpoint = { height: 0, hash: genesis, header, previous_times: [], chainwork: '2'.padStart(64, '0') };
  const chain = new HeaderChain(parametersOf(genesis), checkpoint);
  const said = await headerSource(url, genesis).update(chain, 2_000_000_000).then(
    () => ({ height: chain.tip.height }),
    ({ code, message }) => ({ height: chain.tip.height, code, message }),
  );
  console.log(JSON.stringify(said));
  process.exit();
`;

interface Said {
  readonly height: number;
  readonly code?: string;
  readonly message?: string;
}

/** Reads the headers in a process that trusts these certificates beside the usual ones. */
async function read(host: string, trusted?: string): Promise<Said> {
  const given = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', READER];
  const roots = trusted === undefined ? '' : join(folder, trusted);
  // The library's own variable comes before Node's where it is set.
  const env = { ...process.env, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: '', NODE_EXTRA_CA_CERTS: roots };
  const asked = [`grpcs://${host}:${port}`, GENESIS, bytesToHex(FIRST)];
  const { stdout } = await promisify(execFile)(process.execPath, [...given, ...asked], { env });
  return JSON.parse(stdout) as Said;
}

describe('a relay behind TLS', () => {
  before(async () => {
    makeCertificates();
    server.addService(RelayServiceService, {
      getHeaders: ({ request }: { request: { known: Buffer[] } }, answer: (error: null, value: object) => void) => {
        const asked = request.known.map((hash) => hash.toString('hex'));
        const at = headers.findLastIndex((each) => asked.includes(printHash(hash256(each))));
        answer(null, { height: at + 2, headers: headers.slice(at + 1).map((each) => Buffer.from(each)) });
      },
    });
    const pair = { private_key: pem('relay.key'), cert_chain: pem('relay.pem') };
    port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  });
  after(() => {
    server.forceShutdown();
    rmSync(folder, { recursive: true });
  });

  it('is refused with MDT_SOURCE where its certificate is not trusted, in words that name the certificate', async () => {
    const { height, code, message = '' } = await read('localhost');
    assert.deepEqual({ height, code }, { height: 0, code: 'MDT_SOURCE' });
    assert.match(message, /certificate/);
  });

  it('gives its headers where the CA is trusted', async () => {
    assert.deepEqual(await read('localhost', 'ca.pem'), { height: 12 });
  });

  it('is refused with MDT_SOURCE at a name that its certificate does not have', async () => {
    const { height, code, message = '' } = await read('127.0.0.1', 'ca.pem');
    assert.deepEqual({ height, code }, { height: 0, code: 'MDT_SOURCE' });
    assert.match(message, /altnames/);
  });
});
