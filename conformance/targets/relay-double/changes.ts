/**
 * What can be wrong with a relay, each by a name, with the requirement that it breaks: calls of the double that stand in the
 * place of honest ones. Faults of the reference may be made after them.
 */
import { RegistrationMode } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Calls } from '../../world/relay-double/call-types.ts';
import { RelayRefusal } from '../../world/relay-double/refusal.ts';

export interface Change {
  readonly requirement: string;
  /** The call that it changes. */
  readonly call: keyof Calls;
  make(honest: Calls): Partial<Calls>;
}

const INTERNAL = 13;
const ID = 32;
const IDLE_MS = 100;

export const CHANGES: Readonly<Record<string, Change>> = {
  'terms-of-another-chain': {
    requirement: 'MDT-RLY-002',
    call: 'getTerms',
    make: ({ getTerms }) => ({
      getTerms: async (asked) => ({ ...(await getTerms(asked)), genesis: Buffer.alloc(32, 1) }),
    }),
  },
  'no-batches': {
    requirement: 'MDT-RLY-003',
    call: 'getTerms',
    make: ({ getTerms }) => ({
      getTerms: async (asked) => ({ ...(await getTerms(asked)), modes: [RegistrationMode.REGISTRATION_MODE_DIRECT] }),
    }),
  },
  'tip-of-before': {
    requirement: 'MDT-RLY-004',
    call: 'getTip',
    make: ({ getTip }) => ({
      getTip: async (asked) => {
        const { height, header } = await getTip(asked);
        return { height: height - 1, header };
      },
    }),
  },
  'headers-after-the-last-known': {
    requirement: 'MDT-RLY-005',
    call: 'getHeaders',
    make: ({ getHeaders }) => ({
      getHeaders: async ({ known, ...rest }) => getHeaders({ known: known.toReversed(), ...rest }),
    }),
  },
  'one-page-only': {
    requirement: 'MDT-RLY-007',
    call: 'findAnchors',
    make: ({ findAnchors }) => ({
      findAnchors: async (asked) => ({ ...(await findAnchors(asked)), nextPage: Buffer.alloc(0) }),
    }),
  },
  'whoever-names-it': {
    requirement: 'MDT-RLY-008',
    call: 'findAnchors',
    make: ({ findAnchors }) => ({
      findAnchors: async (asked) => {
        if (asked.entityId.length === 0) return findAnchors(asked);
        const { anchors } = await findAnchors({ ...asked, entityId: Buffer.alloc(0), limit: 0 });
        return {
          anchors: anchors.filter(({ payload }) => payload.includes(asked.entityId)),
          nextPage: Buffer.alloc(0),
        };
      },
    }),
  },
  'no-birth-of-members': {
    requirement: 'MDT-RLY-009',
    call: 'findAnchors',
    make: ({ findAnchors }) => ({
      findAnchors: async (asked) => {
        const { anchors, nextPage } = await findAnchors(asked);
        for (const anchor of anchors) anchor.birthTxid = Buffer.alloc(0);
        return { anchors, nextPage };
      },
    }),
  },
  'no-following-headers': {
    requirement: 'MDT-RLY-010',
    call: 'getAnchorProof',
    make: ({ getAnchorProof }) => ({
      getAnchorProof: async (asked) => {
        const { locator, proof } = await getAnchorProof(asked);
        return { locator, proof: proof && { ...proof, followingHeaders: [] } };
      },
    }),
  },
  'lineage-without-its-end': {
    requirement: 'MDT-RLY-011',
    call: 'getLineageProof',
    make: ({ getLineageProof }) => ({
      getLineageProof: async (asked) => {
        const { lineage } = await getLineageProof(asked);
        return { lineage: lineage && { ...lineage, transactions: lineage.transactions.slice(0, 1) } };
      },
    }),
  },
  'one-confirmation-too-many': {
    requirement: 'MDT-RLY-012',
    call: 'getTransactionStatus',
    make: ({ getTransactionStatus }) => ({
      getTransactionStatus: async (asked) => {
        const answer = await getTransactionStatus(asked);
        return { ...answer, confirmations: answer.confirmations === 0 ? 0 : answer.confirmations + 1 };
      },
    }),
  },
  'unspent-in-the-mempool': {
    requirement: 'MDT-RLY-015',
    call: 'listUnspent',
    make: ({ listUnspent }) => ({
      listUnspent: async (asked) => ({ outputs: (await listUnspent(asked)).outputs.slice(1) }),
    }),
  },
  'fee-of-nothing': {
    requirement: 'MDT-RLY-016',
    call: 'estimateFee',
    make: ({ estimateFee }) => ({ estimateFee: async (asked) => ({ ...(await estimateFee(asked)), satPerKvb: 1n }) }),
  },
  'another-id': {
    requirement: 'MDT-RLY-017',
    call: 'broadcastTransaction',
    make: ({ broadcastTransaction }) => ({
      broadcastTransaction: async (asked) => ({
        txid: (await broadcastTransaction(asked)).txid.toReversed() as Buffer,
      }),
    }),
  },
  'reason-of-its-own': {
    requirement: 'MDT-RLY-018',
    call: 'broadcastTransaction',
    make: ({ broadcastTransaction }) => ({
      broadcastTransaction: (asked) =>
        broadcastTransaction(asked).catch((error: unknown) => {
          if (!(error instanceof RelayRefusal) || error.reason !== 'MDT_TX_REFUSED') throw error;
          throw new RelayRefusal(error.code, error.reason, { reject_reason: 'not today' });
        }),
    }),
  },
  'any-octets-are-a-transaction': {
    requirement: 'MDT-RLY-019',
    call: 'broadcastTransaction',
    make: ({ broadcastTransaction }) => ({
      broadcastTransaction: (asked) =>
        broadcastTransaction(asked).catch((error: unknown) => {
          if (!(error instanceof RelayRefusal) || error.reason !== 'MDT_MALFORMED_TX') throw error;
          throw new RelayRefusal(9, 'MDT_TX_REFUSED', { reject_reason: 'TX decode failed' });
        }),
    }),
  },
  'empty-where-nothing-is': {
    requirement: 'MDT-RLY-013',
    call: 'getLineageProof',
    make: ({ getLineageProof }) => ({
      getLineageProof: (asked) => getLineageProof(asked).catch(() => ({ lineage: undefined })),
    }),
  },
  'any-length': {
    requirement: 'MDT-RLY-034',
    call: 'getTransactionStatus',
    make: ({ getTransactionStatus }) => ({
      getTransactionStatus: (asked) =>
        asked.txid.length === 32
          ? getTransactionStatus(asked)
          : Promise.reject(new RelayRefusal(INTERNAL, 'MDT_INTERNAL')),
    }),
  },
  'headers-once': {
    requirement: 'MDT-RLY-006',
    call: 'watchHeaders',
    make: ({ getHeaders }) => ({
      watchHeaders: async ({ known }, reader) => {
        reader.send(await getHeaders({ known, limit: 0, fromHeight: 0 }));
        while (!reader.isGone) await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      },
    }),
  },
  'watches-once': {
    requirement: 'MDT-RLY-014',
    call: 'watchAnchor',
    make: ({ getTransactionStatus }) => ({
      watchAnchor: async ({ txid }, reader) => reader.send(await getTransactionStatus({ txid })),
    }),
  },
  'takes-any-statement': {
    requirement: 'MDT-RLY-020',
    call: 'registerSignature',
    make: taking(/^MDT_(NOT_JSON|SCHEMA)$/),
  },
  'takes-any-signature': { requirement: 'MDT-RLY-021', call: 'registerSignature', make: taking(/^MDT_SIGNATURE/) },
  'takes-any-block': { requirement: 'MDT-RLY-022', call: 'registerSignature', make: taking(/^MDT_FRESHNESS$/) },
  'takes-any-key': { requirement: 'MDT-RLY-030', call: 'registerSignature', make: taking(/^MDT_IDEMPOTENCY_KEY$/) },
  'no-path': {
    requirement: 'MDT-RLY-027',
    call: 'getRegistration',
    make: ({ getRegistration }) => ({
      getRegistration: async (asked) => ({ ...(await getRegistration(asked)), path: [] }),
    }),
  },
  'no-proof-of-registrations': {
    requirement: 'MDT-RLY-028',
    call: 'getRegistration',
    make: ({ getRegistration }) => ({
      getRegistration: async (asked) => ({ ...(await getRegistration(asked)), proof: undefined }),
    }),
  },
  'another-id-each-time': {
    requirement: 'MDT-RLY-029',
    call: 'registerSignature',
    make: ({ registerSignature }) => {
      const known = new Set<string>();
      return {
        registerSignature: async (asked) => {
          const { registrationId } = await registerSignature(asked);
          const id = registrationId.toString('hex');
          const isKnown = known.has(id);
          known.add(id);
          return { registrationId: isKnown ? Buffer.alloc(ID, 1) : registrationId };
        },
      };
    },
  },
  'answers-of-before': {
    requirement: 'MDT-RLY-033',
    call: 'estimateFee',
    make: ({ estimateFee }) => {
      let before: Awaited<ReturnType<Calls['estimateFee']>> | undefined;
      return {
        estimateFee: (asked) =>
          estimateFee(asked).then(
            (answer) => (before = answer),
            (error: unknown) => before ?? Promise.reject(error as Error),
          ),
      };
    },
  },
};

/** Answers as if a registration were kept that is refused with one of these codes. */
function taking(codes: RegExp): Change['make'] {
  return ({ registerSignature }) => ({
    registerSignature: (asked) =>
      registerSignature(asked).catch((error: unknown) => {
        if (!(error instanceof RelayRefusal) || !codes.test(error.reason)) throw error;
        return { registrationId: Buffer.alloc(ID, 2) };
      }),
  });
}
