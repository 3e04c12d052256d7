/**
 * Looks at an implementation that runs already, somewhere: its endpoints are read and nothing else is done to it. What the
 * kit would have to control, to plant or to try by writing is not observable, and so is what needs a node of its chain
 * where the manifest names none. Whatever comes of it is an observation and no certificate.
 */
import type { ChainTransaction } from '../world/chain-index.ts';
import { ChainIndex } from '../world/chain-index.ts';
import { RpcClient, type RpcAccess } from '../chain/rpc-client.ts';
import { MAX_ENVELOPE_OCTETS } from '../oracle/hosted-record.ts';
import { readDocument } from '../oracle/json.ts';
import { SeededRandom } from '../world/random.ts';
import { fetchAll, metadataOf } from '../world/scenes/fetching.ts';
import type { Observations, SceneName } from '../world/scenes/index.ts';
import { Visitor } from '../world/visitor.ts';
import { WireLog } from '../world/wire-log.ts';
import type { World } from '../world/world.ts';
import type { EventStream } from './events.ts';
import { NotObservable, notStarted } from './expect.ts';
import type { Bench } from './judge.ts';
import { KitError } from './kit-error.ts';
import type { Target } from './manifest.ts';
import { SecretWatch } from './secrets.ts';
import { partly } from './seen.ts';

export interface Observed {
  readonly world: World;
  readonly scheduler: Bench['scheduler'];
  /** Why nothing can be said of it, where it answers nobody. */
  readonly silence?: string;
  close(): void;
}

/** Blocks above a BIRTH that are searched for what descends from it: on a public chain there are hundreds of thousands. */
const MOST_BLOCKS = 2_000;
const SCENE = 'birth';

/** @throws KitError MDT_KIT_MANIFEST where the password of the node is not in the environment */
export async function observe({ target, seed, events }: Watching): Promise<Observed> {
  const access = accessOf(target);
  const rpc = access && new RpcClient(access);
  const random = new SeededRandom(seed);
  const world = partly<World>(
    {
      ...{ target, random, events, secrets: [], overLimits: [], subjects: new Set(), birthFailed: false },
      ...(rpc && { index: new ChainIndex(rpc), genesis: await genesisOf(rpc) }),
    },
    () =>
      new NotObservable(
        'the manifest names no node of its chain (chain.rpc), or the kit would have to be in control of it',
      ),
  );
  const { endpoints } = target.manifest;
  const at = { issuer: endpoints?.issuer ?? '', grpc: endpoints?.grpc ?? '' };
  const secrets = new SecretWatch([]);
  const visitor = new Visitor(at, secrets, new WireLog(events, SCENE, secrets));
  events.emit({ type: 'scene_started', scene: SCENE });
  const began = performance.now();
  const hosted = await fetchAll(visitor, {
    unknownTag: `"${random.hex('an entity tag nobody gave out', 16)}"`,
    writes: false,
    metadataAt: metadataOf(target),
    ...(rpc && { tip: () => world.index.tipHeight() }),
  });
  const descendants = rpc && (await descendantsOf(world.index, rpc, hosted.record));
  events.emit({ type: 'scene_finished', scene: SCENE, ms: Math.round(performance.now() - began) });
  const seen = partly<Observations['birth']>(
    {
      hosted: partly(hosted, uncontrolled),
      configuration: partly({ public: at }, uncontrolled),
      ...(descendants && { descendants }),
    },
    uncontrolled,
  );
  const { record } = hosted;
  const silence = record && 'failed' in record ? `${at.issuer} gives no answer: ${record.failed}` : undefined;
  return {
    world,
    scheduler: silence === undefined ? onlySeen(seen) : nothingSeen(silence),
    ...(silence !== undefined && { silence }),
    close: () => rpc?.close(),
  };
}

async function genesisOf(rpc: RpcClient): Promise<string> {
  try {
    return await rpc.call<string>('getblockhash', [0]);
  } catch (cause) {
    rpc.close();
    const what = `the node of the manifest does not answer (${(cause as Error).message}); without chain.rpc only the endpoints are looked at`;
    throw new KitError('MDT_KIT_NO_CHAIN', what, { field: '/chain/rpc/url', cause });
  }
}

interface Watching {
  readonly target: Target;
  readonly seed: string;
  readonly events: EventStream;
}

function uncontrolled(): Error {
  return new NotObservable('the kit would have to start or control the target, or to write to it');
}

/** One scene of which a part was seen, and no other. */
function onlySeen(birth: Observations['birth']): Bench['scheduler'] {
  return {
    seen: async <S extends SceneName>(name: S) => {
      if (name === SCENE) return birth as Observations[S];
      throw uncontrolled();
    },
    more: () => Promise.reject(uncontrolled()),
  };
}

/** As with a target that the kit starts in vain: of what it did not show, nothing is said. */
function nothingSeen(silence: string): Bench['scheduler'] {
  return {
    seen: (name) => Promise.reject(name === SCENE ? notStarted(silence) : uncontrolled()),
    more: () => Promise.reject(uncontrolled()),
  };
}

/**
 * How the node that the manifest names is got to, if it names one.
 * @throws KitError MDT_KIT_MANIFEST where its password is not in the environment
 */
export function accessOf({ manifest, path }: Target): RpcAccess | undefined {
  if (!manifest.chain) return undefined;
  const { url, user, password_env: name } = manifest.chain.rpc;
  const password = process.env[name];
  if (password === undefined) {
    const what = `${path}: the environment has no ${name}, which is to hold the password of the node`;
    throw new KitError('MDT_KIT_MANIFEST', what, { field: '/chain/rpc/password_env' });
  }
  return { url, user, password };
}

/** What was made of the coin that the BIRTH of a first record spends; nothing where the chain cannot tell, or not soon. */
async function descendantsOf(
  index: ChainIndex,
  rpc: RpcClient,
  record: Observations['birth']['later'][number] | undefined,
): Promise<ChainTransaction[] | undefined> {
  if (!record || 'failed' in record) return undefined;
  try {
    const { anchor } = readDocument(record.body, MAX_ENVELOPE_OCTETS) as {
      anchor?: { locator?: { txid: string; block_hash: string; height: number } };
    };
    const { txid, block_hash: block, height } = anchor?.locator ?? { height: 0 };
    if ((await index.tipHeight()) - height > MOST_BLOCKS) return undefined;
    const birth = await rpc.call<ChainTransaction>('getrawtransaction', [txid, 1, block]);
    const spent = birth.vin.flatMap(({ txid: of, vout }) =>
      of !== undefined && vout !== undefined ? [{ txid: of, vout }] : [],
    );
    return await index.descendants(spent, height);
  } catch {
    return undefined; // what is wrong with the record or its locator is told by the checks that look at them
  }
}
