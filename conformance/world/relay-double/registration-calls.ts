/** How the relay double takes registrations, and tells how far each has come. */
import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { PatStatement } from '../../../reference/gen/schemas.ts';
import { Place, RegistrationMode } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { refuseSchema } from '../../kit/refuse-schema.ts';
import { sha256, canonicalOctets } from '../../oracle/digest.ts';
import { readDocument } from '../../oracle/json.ts';
import { leafHash } from '../../oracle/log-tree.ts';
import { Refusal } from '../../oracle/refusal.ts';
import { statementPreimage } from '../../oracle/registration.ts';
import { refuseMessageSignature } from '../../oracle/signature.ts';
import type { Back, Calls } from './call-types.ts';
import type { Snapshot } from './chain-view.ts';
import { hash } from './ranges.ts';
import { notFound, outOfRange, RelayRefusal } from './refusal.ts';
import type { Mode } from './registrations.ts';

const SIGNATURE = 64;
const MOST_KEY = 64;
/** Blocks upon that of `freshness`. */
const FRESH_DEPTH = 6;
const MODES: Readonly<Partial<Record<RegistrationMode, Mode>>> = {
  [RegistrationMode.REGISTRATION_MODE_DIRECT]: 'DIRECT',
  [RegistrationMode.REGISTRATION_MODE_BATCHED]: 'BATCHED',
};
const FAILED_PRECONDITIONS = ['MDT_WRONG_CHAIN'];

export function registrationCalls({ view, registrations }: Back): Pick<Calls, 'registerSignature' | 'getRegistration'> {
  return {
    registerSignature: async ({ statement, signature, mode: wanted, idempotencyKey }) => {
      const mode = MODES[wanted];
      if (mode === undefined) throw outOfRange('mode');
      if (signature.length !== SIGNATURE) throw outOfRange('signature');
      if (idempotencyKey.length > MOST_KEY) throw outOfRange('idempotency_key');
      const chain = await view.now();
      const leaf = refusing(() => leafOf(statement, signature, chain));
      const id = leafHash(leaf).toString('hex');
      const key = idempotencyKey.toString('hex');
      const of = createHash('sha256')
        .update(`${mode} ${statement.toString('hex')} ${signature.toString('hex')}`)
        .digest('hex');
      const before = key === '' ? undefined : registrations.keyOf(key);
      if (before !== undefined && before !== of) throw new RelayRefusal(status.ALREADY_EXISTS, 'MDT_IDEMPOTENCY_KEY');
      const kept = { id, mode, leaf: leaf.toString('hex'), signature: signature.toString('hex') };
      registrations.keep(kept, key === '' ? undefined : { key, of });
      return { registrationId: Buffer.from(id, 'hex') };
    },
    getRegistration: async ({ registrationId }) => {
      const id = hash(registrationId, 'registration_id');
      const registration = registrations.find(id);
      if (!registration) throw notFound();
      const mode = Number(
        Object.keys(MODES).find((each) => MODES[Number(each) as RegistrationMode] === registration.mode),
      );
      const txid = registrations.jobOf(id)?.transaction?.txid;
      const chain = await view.now();
      const confirmations = txid === undefined ? 0 : chain.confirmations(txid);
      const { index = 0, path = [] } = (txid !== undefined && registrations.placeOf(id)) || {};
      const vout = txid === undefined ? 0 : (chain.anchor(txid)?.vout ?? 0);
      return {
        mode: mode as RegistrationMode,
        txid: Buffer.from(txid ?? '', 'hex'),
        place: confirmations > 0 ? Place.PLACE_CONFIRMED : Place.PLACE_UNCONFIRMED,
        confirmations,
        index,
        path,
        locator: txid !== undefined && confirmations > 0 ? chain.locator(txid, vout) : undefined,
        proof: txid !== undefined && confirmations > 0 ? chain.proof(txid, vout) : undefined,
      };
    },
  };
}

/** The leaf of chapter 10, of a statement that may be registered. */
function leafOf(octets: Buffer, signature: Buffer, chain: Snapshot): Buffer {
  const statement = readDocument(octets) as unknown as PatStatement;
  refuseSchema('pat-statement', statement);
  const { checkpoint, genesis } = statement.chain;
  if (genesis !== chain.blocks[0]?.hash) throw new Refusal('MDT_WRONG_CHAIN', '/chain/genesis', 'another chain');
  const key = Buffer.from(statement.subject_key, 'hex');
  refuseMessageSignature(statementPreimage(statement), signature, key);
  if (chain.blocks[checkpoint.height]?.hash !== checkpoint.hash)
    throw new Refusal('MDT_WRONG_CHAIN', '/chain/checkpoint', 'not in the chain');
  const { height, hash: block } = statement.freshness;
  if (chain.blocks[height]?.hash !== block || chain.height - height < FRESH_DEPTH)
    throw new Refusal('MDT_FRESHNESS', '/freshness', 'not in the chain, or not deep enough');
  return Buffer.concat([key, sha256(canonicalOctets(statement)), signature]);
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = FAILED_PRECONDITIONS.includes(error.code) ? status.FAILED_PRECONDITION : status.INVALID_ARGUMENT;
    throw new RelayRefusal(code, error.code, { field: error.field });
  }
}
