/** Everything that reads what a stranger wrote: the reference's readers and the kit's, each with inputs to begin from. */
import { KeptLines } from '../../conformance/kit/target-process-lines.ts';
import { Refusal } from '../../conformance/oracle/refusal.ts';
import { loadVectors } from '../../conformance/kit/vectors.ts';
import { parseHeaderHex } from '../../reference/core/block-header.ts';
import { GrownLineage } from '../../reference/core/fixtures/grown-lineage.ts';
import { onSchedule } from '../../reference/core/fixtures/mined-headers.ts';
import { syntheticChain } from '../../reference/core/fixtures/mined-headers.ts';
import { parseBundle } from '../../reference/pat/bundle.ts';
import { readLaunch } from '../../reference/runtime/launch.ts';
import { launchConfiguration } from '../../reference/runtime/launch-fixture.ts';
import { faultyJson, jsonText } from './json-grammar.ts';
import { mutateJson, mutateOctets } from './mutants.ts';
import type { Random } from './random.ts';
import {
  DOCUMENT,
  ENVELOPE,
  HEADERS,
  HOSTED_RECORD,
  PAYLOAD,
  SCRIPT,
  TRANSACTION,
  TXREF,
  type Readers,
} from './readers.ts';

export interface Parser {
  name: string;
  /** Part of the inputs that this one gets, where each costs milliseconds. */
  share?: number;
  make(random: Random): Buffer;
  read(octets: Buffer): unknown;
}

/** Octets of the vectors of one type. */
function seeds(type: string, member: string, encoding: 'hex' | 'utf8' = 'hex'): Buffer[] {
  return loadVectors().flatMap(({ file }) =>
    file.testGroups
      .filter((group) => group.type === type)
      .flatMap(({ tests }) => tests.map(({ input }) => Buffer.from(String(input[member]), encoding))),
  );
}

/** The reference's reader and the kit's, on the same inputs. */
function both<I>(
  name: string,
  readers: Readers<I>,
  make: (random: Random) => Buffer,
  as: (octets: Buffer) => I,
): Parser[] {
  return [
    { name: `${name} (reference)`, make, read: (octets) => readers.core(as(octets)) },
    { name: `${name} (kit)`, make, read: (octets) => readers.oracle(as(octets)) },
  ];
}

const same = (octets: Buffer): Buffer => octets;

function mutants(list: readonly Buffer[]): (random: Random) => Buffer {
  return (random) => mutateOctets(random.pick(list), random);
}

/** An octet of the text is another, or once in `every` times a value of what it says. */
function jsonMutants(values: readonly object[], every = 2): (random: Random) => Buffer {
  const texts = values.map((value) => Buffer.from(JSON.stringify(value)));
  return (random) =>
    random.once(every)
      ? Buffer.from(JSON.stringify(mutateJson(random.pick(values), random)))
      : mutateOctets(random.pick(texts), random);
}

const TARGET_LINES = [
  { event: 'listening' },
  { event: 'funding', address: 'bcrt1qrddk7ux65n3x98wf38g87w5gs20cyk5kpkxj5h', min_sat: 1_000_000 },
  { event: 'waiting', code: 'MDT_UNFUNDED' },
  { event: 'ready', entity_id: '6f'.repeat(32) },
  { event: 'failed', code: 'MDT_LAUNCH', field: '/chain' },
  { id: 1, ok: true },
  { id: 2, unsupported: true },
];

export function parsers(): Parser[] {
  const documents = seeds('canonical-json', 'octets');
  const { genesis, parameters, checkpoint } = syntheticChain();
  const headers = onSchedule(genesis, 3).map((each) => Buffer.from(each));
  const lineage = new GrownLineage('long');
  lineage.heartbeat();
  const young = lineage.hosted();
  lineage.succeed();
  lineage.retire();
  const hosted = [young, lineage.hosted()];
  const bundle = {
    ...{ bundle: 1, url: young.birth_record.services.birth_record, fetched: '2026-01-01T00:00:00Z' },
    ...{
      hosted: JSON.stringify(young),
      chain: { genesis: checkpoint.hash, checkpoint: { height: 0, hash: checkpoint.hash } },
    },
    headers: { from: 1, hex: Buffer.concat(headers).toString('hex'), sources: ['http://127.0.0.1:1'] },
  };
  return [
    ...both(
      'json',
      DOCUMENT,
      (random) => {
        if (random.once(4)) return Buffer.from(jsonText(random));
        return random.once(6) ? faultyJson(random).octets : mutateOctets(random.pick(documents), random);
      },
      same,
    ),
    ...both('payload', PAYLOAD, mutants(seeds('payload-decode', 'payload')), same),
    ...both('script', SCRIPT, mutants(seeds('op-return-script', 'script')), same),
    ...both('transaction', TRANSACTION, mutants(seeds('chain-signature', 'transaction')), same),
    ...both('txref', TXREF, mutants(seeds('txref-decode', 'txref', 'utf8')), (octets) => ({
      network: 'regtest',
      txref: octets.toString('utf8'),
    })),
    {
      name: 'header (reference)',
      make: mutants(headers),
      read: (octets) => parseHeaderHex(octets.toString('hex'), ''),
    },
    ...both('chain of headers', HEADERS, mutants([Buffer.concat(headers)]), (octets) => ({
      parameters,
      checkpoint,
      headers: Array.from({ length: Math.ceil(octets.length / 80) }, (_, at) => octets.subarray(80 * at, 80 * at + 80)),
      now: 2_000_000_000,
    })),
    ...both('hosted envelope', ENVELOPE, jsonMutants([young], 12), same),
    ...both('hosted record', HOSTED_RECORD, jsonMutants(hosted), same).map((each) =>
      Object.assign(each, { share: 0.02 }),
    ),
    { name: 'bundle (reference)', make: jsonMutants([bundle]), read: parseBundle },
    {
      name: 'launch line (reference)',
      make: jsonMutants([launchConfiguration()]),
      read: (octets) => readLaunch(octets, 'dta'),
    },
    {
      name: 'target line (kit)',
      make: jsonMutants(TARGET_LINES),
      read: (octets) => {
        const text = octets.toString('utf8');
        const kept = new KeptLines();
        kept.add(text, text, 0);
        if (kept.lines.length === 0) throw new Refusal('MDT_SCHEMA', '', 'no line of the contract');
      },
    },
  ];
}
