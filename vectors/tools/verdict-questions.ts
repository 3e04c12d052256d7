/** What a verification is asked with, and what a reader learns of the recorded entity (verdict.json). */
import type {
  BirthRecord,
  ChainCheckpoint,
  ChainParameters,
  HostedRecord,
  HostedStatus,
  VerificationBundle,
} from '../../reference/gen/schemas.ts';
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
  /** Those before the checkpoint, up to it. */
  earlier?: string;
}

/** What a verdict says of a source. */
interface Gave {
  name: string;
  tip?: { height: number; hash: string };
  work?: string;
  best: boolean;
  code?: string;
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
  /** Height of the reader's checkpoint. */
  own?: number;
  /** The reader's clock, seconds since 1970. */
  now?: number;
  /** Where the canary is asked for, with what is known of it; and the STATUSes that the server answers. */
  canary?: { known: HostedStatus[] };
  statuses?: object[];
}

export function inputOf(question: Question): Record<string, unknown> {
  const {
    pins = [ENTITY],
    known = [],
    sources = [upTo(TIP)],
    confirmations = 6,
    url = URL,
    own = 0,
    now: clock = timeOf(headerAt(LAST)) + 600,
    ...read
  } = question;
  const now = rfc3339(clock);
  const asked = { pins, known, sources, ...chainFrom(own), confirmations, now };
  return read.bundle ? { ...read, ...asked } : { ...read, url, ...asked };
}

/** The reader's chain: that of regtest, or one with shorter intervals where its checkpoint is another than block 0. */
export function chainFrom(height: number): { parameters: ChainParameters; checkpoint: ChainCheckpoint } {
  const times = Array.from({ length: Math.min(11, height) }, (_, index) => height - Math.min(11, height) + index);
  return {
    parameters: height === 0 ? PARAMETERS : { ...PARAMETERS, interval: height },
    checkpoint: {
      height,
      hash: blockHash(headerAt(height)),
      header: headerAt(height),
      chainwork: chainworkAt(height),
      previous_times: times.map((each) => timeOf(headerAt(each))),
    },
  };
}

/** What a verdict says of a source that has the recorded chain up to a height. */
export function gave(tip: number, best = true, name = 'http://127.0.0.1:18443'): Gave {
  return { name, tip: { height: tip, hash: blockHash(headerAt(tip)) }, work: chainworkAt(tip), best };
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

/** What a verdict says of `branch`, which has the work of as many recorded headers. */
export function gaveBranch({ name, headers }: Source, best = false): Gave {
  const [height, last] = [headers.length / 160, headers.slice(-160)];
  return { name, tip: { height, hash: blockHash(last) }, work: chainworkAt(height), best };
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
  sources?: Gave[];
  /** Index of the link that is remembered as the tip; nothing is where nobody was expected. */
  settled?: number | undefined;
  /** Height of the reader's checkpoint. */
  own?: number;
}

/** What a reader learns of the recorded entity where nothing is wrong. */
export function learnt({
  verdict = 'VERIFIED',
  code,
  record = RECORD,
  anchored = 131,
  tip = TIP,
  sources,
  own = 0,
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
      sources: sources ?? [gave(tip)],
      from: { height: own, hash: blockHash(headerAt(own)) },
      tip: { height: tip, hash: blockHash(headerAt(tip)) },
      work: chainworkAt(tip),
    },
    ...(settled !== undefined && { remembers: known(record, linkProofOf(settled).locator.txid) }),
  };
}
