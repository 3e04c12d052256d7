import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { refuses } from '../core/expect-error.ts';
import { GrownLineage } from '../core/fixtures/grown-lineage.ts';
import { writtenStatuses } from '../core/fixtures/written-statuses.ts';
import { fetchStatuses } from './statuses.ts';

const grown = new GrownLineage('statuses');
const series = writtenStatuses(
  grown.hosted(),
  Array.from({ length: 20 }, (_, index) => ({ at: grown.now + index })),
).map((each) => Buffer.from(JSON.stringify(each)));

const PLAIN = { plain: true, patienceMs: 10_000 };

describe('fetchStatuses', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  /** What is answered, by the path below; the newest is at the empty one. */
  let answers: Map<string, Buffer>;

  beforeEach(async () => {
    asked = [];
    answers = new Map(series.map((octets, seq) => [`/${seq}`, octets]));
    answers.set('', series[19] ?? Buffer.alloc(0));
    server = createServer((request, response) => {
      const path = (request.url ?? '').replace('/status', '');
      asked.push(path);
      const octets = answers.get(path);
      response.writeHead(octets ? 200 : 404);
      response.end(octets);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/status`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reads every STATUS from a number on, in order, the newest by its own address', async () => {
    assert.deepEqual(await fetchStatuses(url, 0, PLAIN), series);
    assert.equal(asked.length, 20);
    assert.deepEqual(await fetchStatuses(`${url}/`, 17, PLAIN), series.slice(17));
    assert.deepEqual(asked.slice(20).toSorted(), ['', '/17', '/18']);
  });

  it('reads the newest alone where it is an earlier one than is known', async () => {
    assert.deepEqual(await fetchStatuses(url, 30, PLAIN), series.slice(19));
    assert.equal(asked.length, 1);
  });

  it('refuses what has a hole, is too much, or too many, and asks for no more of it', async () => {
    answers.delete('/3');
    await refuses(async () => fetchStatuses(url, 0, PLAIN), 'MDT_SOURCE', `${url}/3`);
    answers.set('/3', Buffer.alloc(32_769, 32));
    await refuses(async () => fetchStatuses(url, 0, PLAIN), 'MDT_DOCUMENT_TOO_LARGE');
    const { status, ...rest } = JSON.parse(String(series[19])) as { status: object };
    answers.set('', Buffer.from(JSON.stringify({ ...rest, status: { ...status, seq: 4_096 } })));
    asked.length = 0;
    await refuses(async () => fetchStatuses(url, 0, PLAIN), 'MDT_SOURCE', url);
    assert.ok(asked.every((path) => path === '' || Number(path.slice(1)) < 20)); // of the questions before
    answers.set('', Buffer.from('{'));
    await refuses(async () => fetchStatuses(url, 0, PLAIN), 'MDT_NOT_JSON');
  });

  it('reads http on regtest only, and nobody’s private network', async () => {
    await refuses(async () => fetchStatuses(url, 0, { ...PLAIN, plain: false }), 'MDT_SOURCE', url);
    await refuses(async () => fetchStatuses('http://dta.example.org/status', 0, PLAIN), 'MDT_SOURCE');
    assert.deepEqual(asked, []);
  });
});
