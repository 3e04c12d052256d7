/** Registrations, taken and shown (spec 11.5). */
import { MdtError } from '../core/errors.ts';
import * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import { locatorMessage, proofMessage } from '../runtime/proof-messages.ts';
import type { AnchorIndex } from './anchor-index.ts';
import type { BatchTrees } from './batch-tree.ts';
import type { NodeLink } from './node-link.ts';
import type { Proofs } from './proofs.ts';
import type { RegistrationBook } from './registration-book.ts';
import { readRequest, verifyRequest } from './registration-request.ts';
import { BATCHED, DIRECT, type Payment, type StoredRegistration } from './registration-store.ts';
import { exactly, HASH_OCTETS, within, wrong } from './request-checks.ts';

const SIGNATURE_OCTETS = 64;
const MOST_KEY_OCTETS = 64;

export interface RegistrationAnswerParts {
  readonly index: AnchorIndex;
  readonly link: NodeLink;
  readonly proofs: Proofs;
  readonly book: RegistrationBook;
  readonly trees: BatchTrees;
  /** Hash of block 0, as RPC prints it. */
  readonly genesis: string;
}

export class RegistrationAnswers {
  readonly #parts: RegistrationAnswerParts;

  constructor(parts: RegistrationAnswerParts) {
    this.#parts = parts;
  }

  /** MDT-RLY-020 to -023, -029, -030 */
  async register(request: proto.RegisterSignatureRequest): Promise<proto.RegisterSignatureResponse> {
    const { index, link, book, genesis } = this.#parts;
    const { mode, idempotencyKey: key } = request;
    exactly(request.signature, SIGNATURE_OCTETS, 'signature');
    if (mode !== DIRECT && mode !== BATCHED) throw wrong('mode', 'not a mode');
    within(key.length, 0, MOST_KEY_OCTETS, 'idempotency_key');
    const read = readRequest(request.statement, request.signature, genesis);
    const { id, leaf } = read;
    if (book.has({ key, id, mode })) {
      if (key.length > 0) await book.keep({ key, id, mode });
      return { registrationId: id };
    }
    await verifyRequest(read, index, async (height) => link.node.blockHash(height));
    await book.keep({ id, leaf, mode, key });
    return { registrationId: id };
  }

  /** MDT-RLY-027, -028 */
  async registration(request: proto.GetRegistrationRequest): Promise<proto.GetRegistrationResponse> {
    const { index, link, proofs, book } = this.#parts;
    const id = exactly(request.registrationId, HASH_OCTETS, 'registration_id');
    const registration = book.store.registration(id);
    if (!registration) throw new MdtError('MDT_NOT_FOUND', 'not a registration', { field: 'registration_id' });
    const payments = book.store.paymentsOf(registration);
    const anchored = payments.find(({ txid }) => index.store.anchor(txid));
    const payment = anchored ?? payments[0];
    const shown = { ...this.#unconfirmed(registration, payment) };
    const anchor = anchored && index.store.anchor(anchored.txid);
    if (!anchor) return shown;
    const { locator, proof } = await proofs.plain(link.node, anchor);
    return {
      ...shown,
      place: proto.Place.PLACE_CONFIRMED,
      confirmations: index.confirmations(anchor.height),
      locator: locatorMessage(locator),
      proof: proofMessage(proof),
    };
  }

  #unconfirmed({ mode, seq }: StoredRegistration, payment: Payment | undefined): proto.GetRegistrationResponse {
    const inBatch = mode === BATCHED && payment ? this.#inBatch(seq, payment) : { index: 0, path: [] };
    return {
      ...{ mode, txid: payment?.txid ?? Buffer.alloc(0), ...inBatch },
      ...{ place: proto.Place.PLACE_UNCONFIRMED, confirmations: 0, locator: undefined, proof: undefined },
    };
  }

  #inBatch(seq: number, { first, last }: Payment): { index: number; path: Buffer[] } {
    const index = seq - first;
    return { index, path: this.#parts.trees.path(first, last - first + 1, index).map((hash) => Buffer.from(hash)) };
  }
}
