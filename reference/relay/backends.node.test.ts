/** The contract of entities with Bitcoin, kept by all that there are: a node, relays, and the chain of tests. */
import { startChain } from '../../conformance/chain/start.ts';
import { Regtest } from '../../conformance/chain/regtest.ts';
import { connectNode } from '../chain/rpc-node.ts';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import { keepsTheContract, type World } from './backend-contract.ts';
import { byRelays, urlOf } from './test-backend.ts';
import { TestRelay } from './test-relay.ts';

function simulated(node: SimulatedNode, then: () => Promise<void> = async () => undefined): Omit<World, 'backend'> {
  return {
    mine: async (count) => {
      node.mine(count);
      await then();
    },
    replace: async (count) => {
      node.disconnect(count);
      for (let block = 0; block <= count; block += 1) node.mineWith([]);
      await then();
    },
    pay: async (publicKey, value) => {
      node.pay(publicKey, value);
      node.mine(1);
      await then();
    },
    stop: async () => undefined,
  };
}

async function real(byRelay: boolean): Promise<World> {
  const chain = await startChain();
  const regtest = await Regtest.create(chain.rpc);
  const node = connectNode(chain.targetRpc);
  const relay = byRelay ? await TestRelay.start(node) : undefined;
  const backend = relay ? await byRelays(node, [urlOf(relay)]) : node;
  const seen = async (): Promise<void> => {
    if (!relay) return;
    // A slow machine reads the first blocks in several spells.
    for (let spell = 0; spell < 50 && (await relay.readTo()) !== (await node.tip()).height; spell += 1)
      await relay.beat();
  };
  await seen();
  return {
    backend,
    mine: async (count) => {
      await regtest.mine(count);
      await seen();
    },
    replace: async (count) => {
      const { height } = await node.tip();
      await chain.rpc.call('invalidateblock', [await node.blockHash(height - count + 1)]);
      for (let block = 0; block <= count; block += 1) await chain.rpc.call('generateblock', ['raw(51)#8lvh9jxk', []]);
      await seen();
    },
    pay: async (publicKey, value) => {
      await regtest.pay(p2wpkhAddress(publicKey, 'bcrt'), value);
      await regtest.mine(1);
      await seen();
    },
    stop: async () => {
      await relay?.stop();
      await chain.stop();
    },
  };
}

keepsTheContract('a node', async () => real(false));
keepsTheContract('a relay on a node', async () => real(true));
keepsTheContract('a chain of tests', async () => {
  const node = new SimulatedNode(20);
  return { ...simulated(node), backend: node };
});
keepsTheContract('a relay on a chain of tests', async () => {
  const node = new SimulatedNode(20);
  const relay = await TestRelay.start(node);
  await relay.beat();
  return {
    ...simulated(node, async () => relay.beat()),
    backend: await byRelays(node, [urlOf(relay)]),
    stop: async () => relay.stop(),
  };
});
