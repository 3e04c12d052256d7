/** Benchmarks of verification: a chain of headers, and an entity with a year of daily anchors. */
import { HeaderTree } from '../../conformance/oracle/header-chain.ts';
import { readHostedRecord } from '../../conformance/oracle/hosted-record.ts';
import { readDocument } from '../../conformance/oracle/json.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { GrownLineage, REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../core/fixtures/grown-lineage.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { verifyEntity } from '../core/verification/verify-entity.ts';
import type { HostedRecord } from '../gen/schemas.ts';
import type { Benchmark } from './measure.ts';

/** A BIRTH, and a STATUS each day. */
const LINKS = 365;
const HEADERS = 500;

export function verification(): Benchmark[] {
  const year = new GrownLineage('bench', 'dta');
  for (let link = 1; link < LINKS; link += 1) year.heartbeat();
  const hosted = year.hosted();
  const octets = Buffer.from(JSON.stringify(hosted));
  const parameters = parametersOf(REGTEST_GENESIS);
  const chain = new HeaderChain(parameters, REGTEST_CHECKPOINT);
  chain.add(year.headers, year.now);
  const request = {
    ...{ url: hosted.birth_record.services.birth_record, pins: [year.entityId], confirmations: 3, now: year.now },
    ...{ bundled: false, parameters, checkpoint: REGTEST_CHECKPOINT },
  };
  const ports = {
    fetch: async () => octets,
    sources: [{ name: 'ours', update: async () => undefined }],
    memory: { recall: () => undefined, remember: () => undefined },
  };
  const headers = year.headers.slice(0, HEADERS);
  return [
    {
      id: 'identity.verify.ms/oracle',
      unit: 'ms/op',
      peerName: `the kit's oracle (OpenSSL, mcl) on the same record of ${LINKS} links, without its schema, headers and verdict`,
      ours: async () => {
        const { verdict } = await verifyEntity(request, ports, chain);
        if (verdict.verdict !== 'VERIFIED') throw new Error(`${verdict.code}: ${verdict.message}`);
      },
      peer: async () => readHostedRecord(readDocument(octets, MAX_ENVELOPE_OCTETS) as unknown as HostedRecord),
    },
    {
      id: 'header-chain.500.ms/oracle',
      unit: 'ms/op',
      peerName: "the kit's oracle (node:crypto)",
      ours: () => new HeaderChain(parameters, REGTEST_CHECKPOINT).add(headers, year.now),
      peer: () => new HeaderTree(parameters, REGTEST_CHECKPOINT).read(headers, year.now),
    },
  ];
}
