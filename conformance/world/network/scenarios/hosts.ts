/** Hosts that are away, slow, wrong, or show too much. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { octetsOf, rejected, step, UNKNOWN, type Scenario, type Step, type Wishes } from '../scenario.ts';
import type { OpenNetwork } from '../open-network.ts';
import { paths } from '../kit-entity.ts';

const MOST_OCTETS = 1_048_576;
const JSON_TYPE = { 'content-type': 'application/json' };
/** Unpacked; it is made of nothing and costs a megabyte packed. */
const BOMB_OCTETS = 768 * 1024 * 1024;
const DRIP_MS = 100;

function host(id: string, comment: string, requirement: string, wishes: (world: OpenNetwork) => Wishes): Scenario {
  return {
    ...{ id: `host-${id}`, comment, requirement, feature: 'network' },
    steps: (world) => [step(world, wishes(world))],
  };
}

const honest = ({ honest: { record } }: OpenNetwork): Buffer => octetsOf(record);

function failing(
  expected: Step['expected'],
  record: (octets: Buffer, response: ServerResponse) => void,
): (world: OpenNetwork) => Wishes {
  return (world) => ({ record: (response) => record(honest(world), response), expected });
}

/** The record as JSON with white space before it, so many octets in all. */
function padded(world: OpenNetwork, octets: number): Buffer {
  const record = honest(world);
  return Buffer.concat([Buffer.alloc(octets - record.length, ' '), record]);
}

let bomb: Buffer | undefined;

function bombOf(): Buffer {
  const part = Buffer.alloc(BOMB_OCTETS / 48, ' ');
  // Members of a gzip file may follow one another.
  return (bomb ??= Buffer.concat(Array.from({ length: 48 }, () => gzipSync(part))));
}

export const HOSTS: readonly Scenario[] = [
  host(
    'not-found',
    'the host has no record',
    'MDT-VER-102',
    failing(UNKNOWN, (_, response) => response.writeHead(404, JSON_TYPE).end('{}')),
  ),
  host(
    'error',
    'the host answers 500 with the record',
    'MDT-VER-102',
    failing(UNKNOWN, (octets, response) => response.writeHead(500, JSON_TYPE).end(octets)),
  ),
  host('moved', 'the host sends the reader to a copy', 'MDT-VER-108', (world) => ({
    record: (response) => response.writeHead(302, { location: '/copy' }).end(),
    answers: { '/copy': honest(world) },
    expected: UNKNOWN,
  })),
  host('copy', 'the record is read at another place than it names', 'MDT-VER-108', (world) => ({
    url: `${world.host.origin}/copy${paths.record}`,
    expected: UNKNOWN,
  })),
  host('another-port', 'the record is read under its own path, at another port', 'MDT-VER-108', (world) => ({
    url: `${world.host.elsewhere}${paths.record}`,
    expected: UNKNOWN,
  })),
  host('another-name', 'the record is read under its own path and port, at another host', 'MDT-VER-108', (world) => ({
    url: `${world.host.origin.replace('127.0.0.1', 'localhost')}${paths.record}`,
    expected: UNKNOWN,
  })),
  host(
    'silent',
    'the host never answers',
    'MDT-VER-102',
    failing(UNKNOWN, () => undefined),
  ),
  host(
    'drip',
    'the host sends an octet now and then',
    'MDT-VER-102',
    failing(UNKNOWN, (octets, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': octets.length });
      let sent = 0;
      const timer = setInterval(() => response.write(octets.subarray(sent, ++sent)), DRIP_MS);
      response.on('close', () => clearInterval(timer));
    }),
  ),
  host(
    'cut',
    'the host ends the connection in the middle',
    'MDT-VER-102',
    failing(UNKNOWN, (octets, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': octets.length });
      response.write(octets.subarray(0, octets.length >> 1), () => response.destroy());
    }),
  ),
  host('full', 'the answer has 1,048,576 octets', 'MDT-HST-101', (world) => ({
    record: padded(world, MOST_OCTETS),
    hasRecord: true,
  })),
  host('too-large', 'the answer has 1,048,577 octets', 'MDT-HST-101', (world) => ({
    record: padded(world, MOST_OCTETS + 1),
    expected: rejected('MDT_DOCUMENT_TOO_LARGE'),
  })),
  host('bomb', 'the answer has a megabyte that unpacks to 768', 'MDT-HST-101', () => ({
    record: (response) => response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(bombOf()),
    // A reader that takes no packed answer has received none.
    expected: [...rejected('MDT_DOCUMENT_TOO_LARGE'), ...UNKNOWN],
  })),
  host('page', 'the answer is a web page', 'MDT-DOC-104', () => ({
    record: Buffer.from('<!doctype html><title>Sign in</title>'),
    expected: rejected('MDT_NOT_JSON'),
  })),
  host('mark', 'the answer begins with a byte order mark', 'MDT-DOC-102', (world) => ({
    record: Buffer.concat([Buffer.from('efbbbf', 'hex'), honest(world)]),
    expected: rejected('MDT_BOM'),
  })),
  host('twice', 'the answer has a member twice', 'MDT-DOC-105', (world) => ({
    record: Buffer.from(
      honest(world)
        .toString('utf8')
        .replace(/^\{/, `{"sha256":"${'0'.repeat(64)}",`),
    ),
    expected: rejected('MDT_DUPLICATE_MEMBER'),
  })),
];
