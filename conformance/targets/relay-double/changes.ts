/**
 * What can be wrong with a relay, each by a name, with the requirement that it breaks: calls of the double that stand in the
 * place of honest ones. Faults of the reference may be made after them.
 */
import { RegistrationMode } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Calls } from '../../world/relay-double/calls.ts';
import { RelayRefusal } from '../../world/relay-double/refusal.ts';

export interface Change {
  readonly requirement: string;
  make(honest: Calls): Partial<Calls>;
}

const INTERNAL = 13;

export const CHANGES: Readonly<Record<string, Change>> = {
  'terms-of-another-chain': {
    requirement: 'MDT-RLY-002',
    make: ({ getTerms }) => ({
      getTerms: async (asked) => ({ ...(await getTerms(asked)), genesis: Buffer.alloc(32, 1) }),
    }),
  },
  'no-batches': {
    requirement: 'MDT-RLY-003',
    make: ({ getTerms }) => ({
      getTerms: async (asked) => ({ ...(await getTerms(asked)), modes: [RegistrationMode.REGISTRATION_MODE_DIRECT] }),
    }),
  },
  'tip-of-before': {
    requirement: 'MDT-RLY-004',
    make: ({ getTip }) => ({
      getTip: async (asked) => {
        const { height, header } = await getTip(asked);
        return { height: height - 1, header };
      },
    }),
  },
  'headers-after-the-last-known': {
    requirement: 'MDT-RLY-005',
    make: ({ getHeaders }) => ({
      getHeaders: async ({ known, ...rest }) => getHeaders({ known: known.toReversed(), ...rest }),
    }),
  },
  'one-page-only': {
    requirement: 'MDT-RLY-007',
    make: ({ findAnchors }) => ({
      findAnchors: async (asked) => ({ ...(await findAnchors(asked)), nextPage: Buffer.alloc(0) }),
    }),
  },
  'whoever-names-it': {
    requirement: 'MDT-RLY-008',
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
    make: ({ findAnchors }) => ({
      findAnchors: async (asked) => {
        const { anchors, nextPage } = await findAnchors(asked);
        return { anchors: anchors.map((anchor) => ({ ...anchor, birthTxid: Buffer.alloc(0) })), nextPage };
      },
    }),
  },
  'no-following-headers': {
    requirement: 'MDT-RLY-010',
    make: ({ getAnchorProof }) => ({
      getAnchorProof: async (asked) => {
        const { locator, proof } = await getAnchorProof(asked);
        return { locator, proof: proof && { ...proof, followingHeaders: [] } };
      },
    }),
  },
  'lineage-without-its-end': {
    requirement: 'MDT-RLY-011',
    make: ({ getLineageProof }) => ({
      getLineageProof: async (asked) => {
        const { lineage } = await getLineageProof(asked);
        return { lineage: lineage && { ...lineage, transactions: lineage.transactions.slice(0, 1) } };
      },
    }),
  },
  'one-confirmation-too-many': {
    requirement: 'MDT-RLY-012',
    make: ({ getTransactionStatus }) => ({
      getTransactionStatus: async (asked) => {
        const answer = await getTransactionStatus(asked);
        return { ...answer, confirmations: answer.confirmations === 0 ? 0 : answer.confirmations + 1 };
      },
    }),
  },
  'unspent-in-the-mempool': {
    requirement: 'MDT-RLY-015',
    make: ({ listUnspent }) => ({
      listUnspent: async (asked) => ({ outputs: (await listUnspent(asked)).outputs.slice(1) }),
    }),
  },
  'fee-of-nothing': {
    requirement: 'MDT-RLY-016',
    make: ({ estimateFee }) => ({ estimateFee: async (asked) => ({ ...(await estimateFee(asked)), satPerKvb: 1n }) }),
  },
  'another-id': {
    requirement: 'MDT-RLY-017',
    make: ({ broadcastTransaction }) => ({
      broadcastTransaction: async (asked) => ({
        txid: (await broadcastTransaction(asked)).txid.toReversed() as Buffer,
      }),
    }),
  },
  'reason-of-its-own': {
    requirement: 'MDT-RLY-018',
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
    make: ({ getLineageProof }) => ({
      getLineageProof: (asked) => getLineageProof(asked).catch(() => ({ lineage: undefined })),
    }),
  },
  'any-length': {
    requirement: 'MDT-RLY-034',
    make: ({ getTransactionStatus }) => ({
      getTransactionStatus: (asked) =>
        asked.txid.length === 32
          ? getTransactionStatus(asked)
          : Promise.reject(new RelayRefusal(INTERNAL, 'MDT_INTERNAL')),
    }),
  },
};
