/** For tests: a relay of which nothing is served but its own calls, on any node, and a client of it. */
import { bytesToHex } from '../core/hex.ts';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import assert from 'node:assert/strict';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { canonicalOctets } from '../core/canonical.ts';
import type { ErrorCode } from '../core/errors.ts';
import { signStatement, writeStatement } from '../core/pat/statement.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import type { PatSignedStatement } from '../gen/schemas.ts';
import { Clock } from '../runtime/clock.ts';
import { DataDirectory } from '../runtime/data-directory.ts';
import { freePort } from '../runtime/free-port.ts';
import { startGrpc, type GrpcHost } from '../runtime/grpc-host.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { openLog } from '../runtime/log.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { Relay, type RelayParts } from './relay.ts';

export const COIN_KEY: Uint8Array = new Uint8Array(32).fill(7);
export const COIN_PUBLIC_KEY: Uint8Array = secp256k1.getPublicKey(COIN_KEY, true);
export const COIN_ADDRESS: string = p2wpkhAddress(COIN_PUBLIC_KEY, 'bcrt');
/** Asks for all anchors. */
export const EVERY_ANCHOR: proto.FindAnchorsRequest = {
  ...{ entityId: Buffer.alloc(0), digest: Buffer.alloc(0), kinds: [] },
  ...{ fromHeight: 0, toHeight: 0, limit: 0, page: Buffer.alloc(0) },
};
const DESCRIPTORS = new URL('../gen/proto/descriptor.binpb', import.meta.url);
const log = openLog('relay', { write: () => undefined });
const PAT_KEY = sha256(utf8ToBytes('a PAT of tests'));

export class TestRelay {
  readonly node: BitcoinNode;
  readonly genesis: string;
  readonly folder: string = temporaryFolder();
  readonly faults: unknown[] = [];
  /** Where it is served. */
  address = '';
  relay: Relay;
  #client: proto.RelayServiceClient | undefined;
  #directory: DataDirectory;
  #host: GrpcHost | undefined;
  readonly #parts: Partial<RelayParts>;

  private constructor(node: BitcoinNode, genesis: string, parts: Partial<RelayParts>) {
    this.node = node;
    this.genesis = genesis;
    this.#parts = parts;
    [this.#directory, this.relay] = this.#open();
  }

  static async start(node: BitcoinNode, parts: Partial<RelayParts> = {}): Promise<TestRelay> {
    const started = new TestRelay(node, await node.blockHash(0), parts);
    started.relay.connect(node);
    await started.#serve();
    return started;
  }

  /** As after kill -9: nothing is told of it. */
  async restart(): Promise<void> {
    await this.stop();
    [this.#directory, this.relay] = this.#open();
    this.relay.connect(this.node);
    await this.#serve();
  }

  /** Asked twice, it is done once. */
  async stop(): Promise<void> {
    if (!this.#client) return;
    this.#client.close();
    this.#client = undefined;
    await this.#host?.close();
    this.relay.close();
    this.#directory.close();
  }

  get client(): proto.RelayServiceClient {
    if (!this.#client) throw new Error('not served');
    return this.#client;
  }

  /** What comes at a block, and at a beat. */
  async beat(): Promise<void> {
    await this.relay.atTip(await this.node.tip());
  }

  /** Height up to which it has read the chain, once it answers. */
  async readTo(): Promise<number | undefined> {
    return this.call('getTip', {}).then(
      ({ height }) => height,
      () => undefined,
    );
  }

  /** One unary call. */
  async call<Name extends UnaryName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    const method = this.client[name] as (...given: unknown[]) => unknown;
    const { promise, resolve, reject } = Promise.withResolvers<ResponseOf<Name>>();
    method.call(this.client, request, new Metadata(), (error: ServiceError | null, response: ResponseOf<Name>) =>
      error ? reject(error) : resolve(response),
    );
    return promise;
  }

  /** Asserts that a call is refused with a code, and at a member where that is given. */
  async refuses<Name extends UnaryName>(
    name: Name,
    request: RequestOf<Name>,
    code: ErrorCode,
    field?: string,
  ): Promise<ServiceError> {
    const error = await this.call(name, request).then(
      () => undefined,
      (thrown: unknown) => thrown as ServiceError,
    );
    assert.ok(error, `${name} is not refused`);
    const said = errorInfo(error);
    assert.ok(said.includes(code), `${error.details}: ${said}`);
    if (field !== undefined) assert.ok(said.includes(`field\u0012${String.fromCharCode(field.length)}${field}`), said);
    return error;
  }

  /** A statement under the chain as it is now, signed. */
  async signed(what: string, depth = 6): Promise<PatSignedStatement & { readonly octets: Buffer }> {
    const { height } = await this.node.tip();
    const freshness = { height: height - depth, hash: await this.node.blockHash(height - depth) };
    const chain = {
      ...{ genesis: this.genesis, header_format: 'sha256d-80' as const },
      checkpoint: { height: 0, hash: this.genesis },
    };
    const subjectKey = secp256k1.getPublicKey(PAT_KEY, true);
    const statementDigest = sha256(utf8ToBytes(what));
    const statement = writeStatement({
      ...{ chain, created: '2026-01-01T00:00:00Z', freshness, subjectKey, statementDigest },
    });
    const signature = Buffer.from(signStatement(statement, PAT_KEY)).toString('hex');
    return { statement, signature, octets: Buffer.from(canonicalOctets(statement)) };
  }

  async register(what: string, mode: proto.RegistrationMode, key = ''): Promise<Buffer> {
    const { octets, signature } = await this.signed(what);
    const request = { statement: octets, signature: Buffer.from(signature, 'hex') };
    const answer = await this.call('registerSignature', { ...request, mode, idempotencyKey: Buffer.from(key) });
    return answer.registrationId;
  }

  #open(): [DataDirectory, Relay] {
    const configuration = launchConfiguration();
    const checkpoint = { height: 0, hash: this.genesis };
    const chain = { ...configuration.chain, genesis: this.genesis, checkpoint };
    const directory = new DataDirectory(this.folder);
    const launch = {
      configuration: { ...configuration, role: 'relay' as const, chain },
      network: { name: 'regtest' as const, addressPrefix: 'bcrt' },
      backend: { rpc: { url: '', user: '', password: '' } },
    };
    const parts = {
      ...{ directory, launch, secrets: { coin: bytesToHex(COIN_KEY) }, clock: new Clock(), log },
      onFault: (error: unknown) => this.faults.push(error),
      served: () => undefined,
      ...this.#parts,
    };
    try {
      return [directory, Relay.open(parts)];
    } catch (error) {
      directory.close();
      throw error;
    }
  }

  async #serve(): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    this.#host = await startGrpc(address, [this.relay.service], DESCRIPTORS);
    this.address = address;
    this.#client = new proto.RelayServiceClient(address, credentials.createInsecure());
  }
}

interface UnaryCalls {
  getTerms: [proto.GetTermsRequest, proto.GetTermsResponse];
  getTip: [proto.GetTipRequest, proto.GetTipResponse];
  getHeaders: [proto.GetHeadersRequest, proto.GetHeadersResponse];
  findAnchors: [proto.FindAnchorsRequest, proto.FindAnchorsResponse];
  getTransactionStatus: [proto.GetTransactionStatusRequest, proto.GetTransactionStatusResponse];
  getAnchorProof: [proto.RelayServiceGetAnchorProofRequest, proto.RelayServiceGetAnchorProofResponse];
  getLineageProof: [proto.RelayServiceGetLineageProofRequest, proto.RelayServiceGetLineageProofResponse];
  listUnspent: [proto.ListUnspentRequest, proto.ListUnspentResponse];
  estimateFee: [proto.EstimateFeeRequest, proto.EstimateFeeResponse];
  broadcastTransaction: [proto.BroadcastTransactionRequest, proto.BroadcastTransactionResponse];
  registerSignature: [proto.RegisterSignatureRequest, proto.RegisterSignatureResponse];
  getRegistration: [proto.GetRegistrationRequest, proto.GetRegistrationResponse];
}
export type UnaryName = keyof UnaryCalls;
export type RequestOf<Name extends UnaryName> = UnaryCalls[Name][0];
export type ResponseOf<Name extends UnaryName> = UnaryCalls[Name][1];

/** The octets of the status details: code and members stand in them as text. */
function errorInfo(error: ServiceError): string {
  const [details] = error.metadata.get('grpc-status-details-bin');
  return details === undefined ? '' : Buffer.from(details).toString('latin1');
}
