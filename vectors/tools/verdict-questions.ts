/** What a verification is asked with, and what a reader learns of the recorded entity (verdict.json). */
import type { BirthRecord, ChainParameters, HostedRecord, VerificationBundle } from '../../reference/gen/schemas.ts';
import { digestOfRecord, REGTEST_GENESIS } from './example-record.ts';
import { hostedAt } from './hosted-stages.ts';
import {
  blockHash,
  chainworkAt,
  headerAt,
  headersBetween,
  medianTimePast,
  rfc3339,
  timeOf,
} from './recorded-headers.ts';
import { linkProofOf, RECORD, RECORDED } from './recorded-proofs.ts';
import { SyntheticChain } from './synthetic-headers.ts';

export const PARAMETERS: ChainParameters = {
  genesis: REGTEST_GENESIS,
  pow_limit_bits: '207fffff',
  retarget: false,
  interval: 2016,
  target_timespan_seconds: 1_209_600,
};
const CHECKPOINT = {
  height: 0,
  hash: REGTEST_GENESIS,
  header: headerAt(0),
  chainwork: chainworkAt(0),
  previous_times: [],
};
export const ENTITY: string = digestOfRecord(RECORD).toString('hex');
const URL = RECORD.services.birth_record;
/** The tip where nothing else is said: the BIRTH has 10 confirmations. */
export const TIP = 140;
export const LAST: number = RECORDED.headers.length / 160 - 1;
export const FIRST: HostedRecord = hostedAt({ records: 1, links: 2, proven: [0, 1] });

export interface Source {
  name: string;
  /** One after the other, from the checkpoint on. */
  headers: string;
}

export interface Known {
  entity_id: string;
  digest: string;
  key: string;
  url: string;
  tip: string;
}

export interface Question {
  hosted?: object;
  bundle?: VerificationBundle;
  url?: string;
  pins?: string[];
  known?: Known[];
  sources?: Source[];
  confirmations?: number;
}

export function inputOf(question: Question): Record<string, unknown> {
  const { pins = [ENTITY], known = [], sources = [upTo(TIP)], confirmations = 6, url = URL, ...read } = question;
  const now = rfc3339(timeOf(headerAt(LAST)) + 600);
  const asked = { pins, known, sources, parameters: PARAMETERS, checkpoint: CHECKPOINT, confirmations, now };
  return read.bundle ? { bundle: read.bundle, ...asked } : { ...read, url, ...asked };
}

/** A source that has the recorded chain up to a height. */
export function upTo(height: number, name = 'http://127.0.0.1:18443'): Source {
  return { name, headers: headersBetween(1, height) };
}

/** A source with a branch of the recorded chain that leaves it after `fork` and ends at `tip`. */
export function branch(fork: number, tip: number, name: string): Source {
  const { genesis: _, ...parameters } = PARAMETERS;
  const recorded = Array.from({ length: fork + 1 }, (__, height) => headerAt(height));
  const chain = new SyntheticChain(parameters, recorded).grow(tip - fork, 600, name);
  return { name, headers: chain.headers.slice(1).join('') };
}

export function known(record: BirthRecord, tip: string): Known {
  return { entity_id: ENTITY, digest: digestOfRecord(record).toString('hex'), key: record.keys.anchor, url: URL, tip };
}

export function bundleOf(hosted: HostedRecord, tip: number, hex: string = headersBetween(1, tip)): VerificationBundle {
  return {
    bundle: 1,
    url: URL,
    fetched: rfc3339(timeOf(headerAt(tip)) + 60),
    hosted: JSON.stringify(hosted),
    chain: { genesis: REGTEST_GENESIS, checkpoint: { height: 0, hash: REGTEST_GENESIS } },
    headers: { from: 1, hex, sources: ['http://127.0.0.1:18443'] },
  };
}

export interface Learnt {
  verdict?: string;
  code?: string;
  record?: BirthRecord;
  /** Height of the anchor of the record in force. */
  anchored?: number;
  tip?: number;
  sources?: string[];
  /** Index of the link that is remembered as the tip; nothing is where nobody was expected. */
  settled?: number | undefined;
}

/** What a reader learns of the recorded entity where nothing is wrong. */
export function learnt({
  verdict = 'VERIFIED',
  code,
  record = RECORD,
  anchored = 131,
  tip = TIP,
  sources,
  ...rest
}: Learnt = {}): Record<string, unknown> {
  const closed = anchored + 6 <= tip;
  const settled = 'settled' in rest ? rest.settled : 1;
  return {
    verdict,
    ...(code !== undefined && { code }),
    entity_id: ENTITY,
    digest: digestOfRecord(record).toString('hex'),
    role: 'dta',
    existed_after: rfc3339(medianTimePast(record.freshness.height)),
    ...(closed && { existed_before: rfc3339(medianTimePast(anchored + 6)) }),
    confirmations: tip - anchored + 1,
    headers: {
      sources: sources ?? ['http://127.0.0.1:18443'],
      from: { height: 0, hash: REGTEST_GENESIS },
      tip: { height: tip, hash: blockHash(headerAt(tip)) },
      work: chainworkAt(tip),
    },
    ...(settled !== undefined && { remembers: known(record, linkProofOf(settled).locator.txid) }),
  };
}
