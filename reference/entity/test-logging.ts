/** For tests: a D-TA that keeps a log and a canary in periods of seconds, on a simulated chain. */
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { documentDigest } from '../core/canonical.ts';
import { signDigest } from '../core/document-signature.ts';
import { bytesToHex } from '../core/hex.ts';
import { STATUS_CODES, writeStatus } from '../core/status.ts';
import type { HostedStatus, Policy } from '../gen/schemas.ts';
import type { Disk } from '../log/disk.ts';
import { fund, testSecrets } from './test-parts.ts';
import { IMPORTED, start, type Started } from './test-service.ts';

export const STATUS = '/milagro/v1/status';
export const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 2,
  canary_max_age_seconds: 40,
  confirmations: 2,
  channel_confirmations: 3,
};
/** Periods of a second take seconds. */
export const PATIENCE_MS = 30_000;

export async function bornLogging(policy: Policy = POLICY, disk?: Disk): Promise<Started & { node: SimulatedNode }> {
  const node = new SimulatedNode(20);
  const started = await start(node, { policy }, undefined, disk);
  await started.until('MDT_UNFUNDED');
  fund(node, { ...testSecrets(), ...IMPORTED });
  await started.until('ready', node);
  return { ...started, node };
}

export async function json<T>(started: Started, path: string): Promise<T> {
  const answer = await started.get(path);
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return (await answer.json()) as T;
}

/** Waits for what `look` finds, for as long as a test may take. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Kinds of the anchors that the chain and the mempool hold, by their octet. */
export function kindsOn(node: SimulatedNode): string[] {
  return node.transactions().flatMap((transaction) => /4d696c6167726f20442d544101(..)/.exec(transaction)?.[1] ?? []);
}

/** The STATUS that follows one, as its operator writes it. */
export function statusAfter(
  before: HostedStatus['status'],
  sha256: string,
  { codes = STATUS_CODES }: { codes?: readonly (typeof STATUS_CODES)[number][] },
): HostedStatus['status'] {
  const { chain, created, freshness, entity_id, record } = before;
  return writeStatus({
    ...{ chain, created, freshness, entityId: entity_id, record, codes },
    before: { document: before, sha256 },
    dueAfter: 10,
    expiresAfter: 20,
  });
}

/** As it is shown, and handed over. */
export function hostedAs(status: HostedStatus['status']): HostedStatus {
  return { status, sha256: bytesToHex(documentDigest(status)), signature: signed(status) };
}

function signed(status: HostedStatus['status']): string {
  return bytesToHex(signDigest('milagro-status', documentDigest(status), hexToBytes(IMPORTED.status)));
}
