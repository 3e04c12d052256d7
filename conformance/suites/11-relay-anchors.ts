/** Chapter 11, anchors: what a relay finds, which lineage it is of, and how it proves that. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import { type ChainAnchor } from '../oracle/chain-anchors.ts';
import { sha256 } from '../oracle/digest.ts';
import type { Found } from '../world/scenes/relay-questions.ts';
import type { Answer } from '../world/scenes/relay-stage.ts';
import type { RelaySeen } from '../world/scenes/relay.ts';
import { printedLocator } from '../world/printed-proofs.ts';
import { answersOf, chainOf } from './11-relay-chain.ts';
import { given, isRefused } from './grpc-view.ts';
import { isAt, proves, reached, text, type TrueChain } from './relay-view.ts';

const scenes = ['relay'] as const;
const UNAVAILABLE = 14;
const TOO_YOUNG = { code: UNAVAILABLE, reason: 'MDT_CONFIRMATIONS' };
const CHANGES = ['BIRTH', 'SUCCESSOR', 'RETIRE'];

const checks: Suite['checks'] = [
  check(
    'MDT-RLY-007',
    'all',
    'FindAnchors answers every anchor that matches, in the order of the chain, over all pages',
    {
      quote: 'MUST answer all anchors from `from_height` to `to_height` that match, in the order of the chain',
      scenes,
    },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      const most = given(answersOf(seen.relay).terms.result, 'GetTerms').maxResults;
      for (const found of answersOf(seen.relay).found) {
        if ((found.asked.entityId?.length ?? 0) > 0) continue; // which of them are members is MDT-RLY-008
        areAll(chain, found);
        areOfSize(found, Math.min(most, found.asked.limit || Infinity));
      }
    },
  ),
  check(
    'MDT-RLY-008',
    'members',
    'FindAnchors by entity answers members of its lineages, of an impostor with the same digest too',
    { quote: 'with an `entity_id` MUST answer members of its lineages and nothing else', scenes, negative: true },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const found of answersOf(seen.relay).found) {
        if ((found.asked.entityId?.length ?? 0) === 0) continue;
        const right = matching(chain, found);
        equal(
          nameAll(seen.relay, placesIn(found)),
          nameAll(
            seen.relay,
            right.map(({ txid }) => txid),
          ),
          found.what,
        );
      }
    },
  ),
  check(
    'MDT-RLY-009',
    'answered',
    'each anchor comes with its locator, its payload and the BIRTH of its lineage',
    { quote: 'MUST be answered with its locator, the octets of its payload and the `birth_txid`', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      const byTxid = new Map(chain.anchors.map((anchor) => [anchor.txid, anchor]));
      for (const { what, pages } of answersOf(seen.relay).found) {
        for (const { locator, payload, birthTxid } of pages.flatMap((page) => given(page, what).anchors)) {
          const { txid } = printedLocator(locator);
          const anchor = byTxid.get(txid);
          if (!anchor) continue; // MDT-RLY-007
          isAt(locator, chain.locator(txid, anchor.vout), `${nameOf(seen.relay, txid)}, ${what}`);
          equal(text(payload), anchor.octets.toString('hex'), `the payload of ${nameOf(seen.relay, txid)}`, 'payload');
          equal(
            nameOf(seen.relay, text(birthTxid)),
            nameOf(seen.relay, anchor.birth ?? ''),
            `the BIRTH of the lineage of ${nameOf(seen.relay, txid)}`,
            'birth_txid',
          );
        }
      }
    },
  ),
  check(
    'MDT-RLY-010',
    'proof',
    'GetAnchorProof proves an anchor, with as many headers as were asked for',
    { quote: '`GetAnchorProof` MUST answer the locator and the AnchorProof (5.2) of a confirmed transaction', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const answer of answersOf(seen.relay).proofs) if (isDeep(chain, answer)) isProven(chain, answer);
    },
  ),
  check(
    'MDT-RLY-010',
    'too-young',
    'GetAnchorProof of an anchor with fewer confirmations is refused',
    { quote: 'with min(6, `confirmations` − 1) following headers', scenes, negative: true },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const answer of answersOf(seen.relay).proofs) if (!isDeep(chain, answer)) isTooYoung(answer);
    },
  ),
  check(
    'MDT-RLY-011',
    'lineage',
    'GetLineageProof answers a lineage from its BIRTH to its tip, with the proofs that are deep enough',
    { quote: 'with the proofs of the BIRTH, of every SUCCESSOR, of a RETIRE and of the newest link', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const answer of answersOf(seen.relay).lineages) {
        const { txid: birth, depth } = depthOf(text(answer.asked.birthTxid), answer.asked.confirmations);
        if (chain.confirmations(birth) >= depth) isLineage(chain, answer);
      }
    },
  ),
  check(
    'MDT-RLY-011',
    'too-young',
    'GetLineageProof of a BIRTH with fewer confirmations is refused',
    { quote: '`GetLineageProof` MUST answer the LineageProof (5.2) of the lineage', scenes, negative: true },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const { what, asked, result } of answersOf(seen.relay).lineages) {
        const { txid, depth } = depthOf(text(asked.birthTxid), asked.confirmations);
        if (chain.confirmations(txid) >= depth) continue;
        isRefused(result, `the lineage of ${what} at ${String(depth)} confirmations`, TOO_YOUNG);
      }
    },
  ),
];

/** What is found are the anchors that the chain has, in its order. */
export function areAll(chain: TrueChain, found: Found): void {
  equal(
    placesIn(found),
    matching(chain, found).map(({ txid }) => txid),
    `what is found: ${found.what}`,
    'anchors',
  );
}

/** Whether an anchor has as many confirmations as its proof was asked for with. */
export function isDeep(chain: TrueChain, { asked }: Answer<'getAnchorProof'>): boolean {
  const { txid, depth } = depthOf(text(asked.txid), asked.confirmations);
  return chain.confirmations(txid) >= depth;
}

export function isProven(chain: TrueChain, { what, asked, result }: Answer<'getAnchorProof'>): void {
  const { txid, depth } = depthOf(text(asked.txid), asked.confirmations);
  const name = `${what} at ${String(depth)} confirmations`;
  const { locator, proof } = given(result, `GetAnchorProof of ${name}`);
  const vout = chain.anchors.find((anchor) => anchor.txid === txid)?.vout ?? 0;
  isAt(locator, chain.locator(txid, vout), name);
  proves(proof, chain, { txid, vout, confirmations: depth, prevoutValue: chain.prevoutValue(txid) }, name);
}

export function isTooYoung({ what, asked, result }: Answer<'getAnchorProof'>): void {
  const { depth } = depthOf('', asked.confirmations);
  isRefused(result, `GetAnchorProof of ${what} at ${String(depth)} confirmations`, TOO_YOUNG);
}

/** The lineage is answered whole, with the proofs that are deep enough. */
export function isLineage(chain: TrueChain, { what, asked, result }: Answer<'getLineageProof'>): void {
  const { txid: birth, depth } = depthOf(text(asked.birthTxid), asked.confirmations);
  const name = `the lineage of ${what} at ${String(depth)} confirmations`;
  const { transactions = [], proofs = [] } = given(result, name).lineage ?? {};
  const members = chain.members(birth);
  equal(
    transactions.map(text),
    members.map(({ txid }) => chain.stripped(txid)),
    `the transactions of ${name}`,
  );
  equal(
    proofs.map(({ link }) => link),
    provenLinks(chain, members, depth),
    `the links that ${name} proves`,
  );
  for (const { link, locator, proof } of proofs) {
    const { txid = '', vout = 0 } = members[link] ?? {};
    isAt(locator, chain.locator(txid, vout), `link ${String(link)} of ${name}`);
    const proving = { txid, vout, confirmations: depth, prevoutValue: chain.prevoutValue(txid) };
    proves(proof, chain, proving, `link ${String(link)} of ${name}`);
  }
}

/** 0 confirmations are asked for as 1. */
function depthOf(txid: string, confirmations: number | undefined): { txid: string; depth: number } {
  return { txid, depth: confirmations || 1 };
}

/** What a question asks for, as the chain has it. */
function matching(chain: TrueChain, { asked }: Found): ChainAnchor[] {
  const { entityId, digest, kinds = [], fromHeight = 0, toHeight = 0 } = asked;
  const births = chain.anchors.filter(({ payload }) => payload.kind === 'BIRTH' && payload.digest === text(entityId));
  return chain.anchors.filter(
    ({ height, birth, kind, payload }) =>
      height >= fromHeight &&
      (toHeight === 0 || height <= toHeight) &&
      (text(entityId) === '' || births.some(({ txid }) => txid === birth)) &&
      (text(digest) === '' || digestOf(payload) === text(digest)) &&
      (kinds.length === 0 || kinds.includes(kind)),
  );
}

function digestOf({ signature, root, digest }: ChainAnchor['payload']): string | undefined {
  return signature === undefined ? (digest ?? root) : sha256(Buffer.from(signature, 'hex')).toString('hex');
}

/** Transaction IDs of all pages. */
function placesIn({ what, pages }: Found): string[] {
  return pages.flatMap((page) => given(page, what).anchors.map(({ locator }) => printedLocator(locator).txid));
}

function areOfSize({ what, pages }: Found, most: number): void {
  for (const [index, page] of pages.entries()) {
    const { anchors, nextPage } = given(page, what);
    const number = `the number of anchors on page ${String(index)}: ${what}`;
    holds(anchors.length <= most, number, {
      expected: `at most ${String(most)}`,
      got: anchors.length,
      field: 'anchors',
    });
    holds(index < pages.length - 1 || nextPage.length === 0, `the pages do not end: ${what}`, {
      expected: `an end within ${String(pages.length)} pages`,
      got: text(nextPage),
      field: 'next_page',
    });
  }
}

function provenLinks(chain: TrueChain, members: readonly ChainAnchor[], depth: number): number[] {
  const deep = members.map(({ txid }) => chain.confirmations(txid) >= depth);
  const newest = deep.lastIndexOf(true);
  return members.flatMap(({ payload }, link) =>
    deep[link] === true && (link === newest || CHANGES.includes(payload.kind)) ? [link] : [],
  );
}

/** What the kit called it, where it made it. */
function nameOf({ staged }: RelaySeen, txid: string): string {
  const { made } = reached(staged, 'the part in which anchors are made');
  return Object.keys(made).find((name) => made[name]?.txid === txid) ?? txid;
}

function nameAll(seen: RelaySeen, txids: readonly string[]): string[] {
  return txids.map((txid) => nameOf(seen, txid));
}

export const relayAnchors: Suite = { chapter: '11-relay', checks };
