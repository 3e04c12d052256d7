/** Nodes of the Bitcoin P2P network: the real one, and such as speak wrongly. */
import { forgedUpon } from '../forged-headers.ts';
import { encode, REGTEST_MAGIC, type NodeWays } from '../p2p-node.ts';
import { nobody, p2p, realNode, relay, step, UNKNOWN, type Scenario, type Source } from '../scenario.ts';
import type { OpenNetwork } from '../open-network.ts';
import { HEADER_FAULTS } from './header-faults.ts';

const MAIN_MAGIC = 'f9beb4d9';
const OVER_P2P = ['workless', 'other-target', 'back-in-time', 'ahead-of-time', 'gap', 'elsewhere'];

function scenario(id: string, comment: string, requirement: string, steps: Scenario['steps']): Scenario {
  return { id: `p2p-${id}`, comment, requirement, feature: 'p2p', steps };
}

/** The real node beside one that does this. */
function beside(ways: NodeWays): Scenario['steps'] {
  return (world) => [step(world, { sources: [p2p(world, { ...ways, fails: true }), realNode(world)] })];
}

const one =
  (source: (world: OpenNetwork) => Source): Scenario['steps'] =>
  (world) => [step(world, { sources: [source(world)] })];

/** In the place of the message of this name. */
function instead(name: string, octets: (honest: Buffer, payload: Buffer) => Buffer | undefined): NodeWays {
  return { change: ({ command, payload }, honest) => (command === name ? octets(honest, payload) : honest) };
}

export const P2P: readonly Scenario[] = [
  scenario('node', 'the only source is a bitcoind', 'MDT-CHN-108', one(realNode)),
  scenario('node-and-relay', 'a bitcoind and a relay', 'MDT-VER-105', (world) => [
    step(world, { sources: [realNode(world), relay(world)] }),
  ]),
  scenario('chatty', 'the only source says much that nobody asked for', 'MDT-CHN-108', (world) => [
    step(world, {
      sources: [
        p2p(world, {
          change: ({ command }, honest) =>
            command === 'headers'
              ? Buffer.concat([
                  encode(REGTEST_MAGIC, 'inv', Buffer.from(`0102000000${'11'.repeat(32)}`, 'hex')),
                  encode(REGTEST_MAGIC, 'feefilter', Buffer.alloc(8)),
                  encode(REGTEST_MAGIC, 'ping', Buffer.alloc(8, 7)),
                  honest,
                ])
              : honest,
        }),
      ],
    }),
  ]),
  scenario('in-pieces', 'the only source sends its messages octet by octet', 'MDT-CHN-108', (world) => [
    step(world, { sources: [p2p(world, { inPieces: true })] }),
  ]),
  scenario('away', 'one of two nodes is not there', 'MDT-VER-105', (world) => [
    step(world, { sources: [nobody('p2p'), realNode(world)] }),
  ]),
  scenario('other-network', 'one of two nodes is of another network', 'MDT-VER-105', beside({ magic: MAIN_MAGIC })),
  scenario(
    'checksum',
    'one of two nodes sends headers with a wrong checksum',
    'MDT-VER-105',
    beside(
      instead('headers', (honest) =>
        Buffer.concat([honest.subarray(0, 20), Buffer.alloc(4, 0xee), honest.subarray(24)]),
      ),
    ),
  ),
  scenario('silent', 'one of two nodes does not answer', 'MDT-VER-105', beside({ change: () => undefined })),
  scenario(
    'no-verack',
    'one of two nodes does not end the handshake',
    'MDT-VER-105',
    beside(instead('verack', () => undefined)),
  ),
  scenario(
    'endless-message',
    'one of two nodes announces a message of 4 GB',
    'MDT-VER-105',
    beside(
      instead('headers', (honest) => {
        const head = Buffer.from(honest.subarray(0, 24));
        head.writeUInt32LE(0xffff_ffff, 16);
        return head;
      }),
    ),
  ),
  scenario(
    'wrong-count',
    'one of two nodes says that there are more headers than there are',
    'MDT-VER-105',
    beside(
      instead('headers', (_, payload) =>
        encode(REGTEST_MAGIC, 'headers', Buffer.concat([Buffer.from('fdd007', 'hex'), payload.subarray(1)])),
      ),
    ),
  ),
  scenario('silent-alone', 'the only node does not answer', 'MDT-VER-102', (world) => [
    step(world, { sources: [p2p(world, { change: () => undefined, fails: true })], expected: UNKNOWN }),
  ]),
  scenario('frozen', 'one of two nodes stands still below the anchor', 'MDT-CHN-108', (world) => [
    step(world, { sources: [p2p(world, { chain: world.headers.slice(0, world.birthHeight) }), realNode(world)] }),
  ]),
  scenario('ahead', 'one of two nodes has two blocks more', 'MDT-CHN-108', (world) => {
    const more = forgedUpon(world.headers, 2, world.random.octets('two blocks more'));
    return [step(world, { sources: [realNode(world), p2p(world, { chain: [...world.headers, ...more] })] })];
  }),
  ...HEADER_FAULTS.filter(({ id }) => OVER_P2P.includes(id)).map(({ id, comment, requirement, chain }) =>
    scenario(id, `one of two nodes has ${comment}`, requirement, (world) => [
      step(world, { sources: [p2p(world, { chain: chain(world, world.headers.length) }), realNode(world)] }),
    ]),
  ),
];
