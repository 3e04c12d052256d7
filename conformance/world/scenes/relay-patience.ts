/** A few registrations that a scene has made before something happens to the relay, and what becomes of each. */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { RegistrationMode } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { registrationId, stated } from '../relay/pat-keys.ts';
import type { Taken } from './relay-registering.ts';
import type { RelayStage } from './relay-stage.ts';

/** Blocks upon that of `freshness`, and as many more as a scene takes away again. */
const FRESH = 12;

/** Asks for a registration of what `label` states. */
export async function register(
  stage: RelayStage,
  label: string,
  mode: RegistrationMode,
  idempotencyKey: Buffer = Buffer.alloc(0),
): Promise<Taken> {
  const { world } = stage;
  const height = await world.index.tipHeight();
  const { hash } = await world.index.blockAt(height - FRESH);
  const freshness = { height: height - FRESH, hash };
  const one = stated(world.random, `${stage.subject.scene} ${label}`, { genesis: world.genesis, freshness });
  const asked = { statement: one.octets, signature: one.signature, mode, idempotencyKey };
  const result = await stage.client.ask('registerSignature', asked);
  return { ...one, what: label, id: registrationId(one), mode, result, height, at: Date.now() };
}

/** Whether the relay said that it keeps it. */
export function isKept({ result }: Taken): boolean {
  return !('failed' in result);
}

export async function progressOf(stage: RelayStage, id: string): Promise<GrpcResult<GetRegistrationResponse>> {
  return stage.client.ask('getRegistration', { registrationId: Buffer.from(id, 'hex') });
}

/** Waits until each is in a block, while blocks come one by one; at most so many. */
export async function mineUntilRegistered(stage: RelayStage, taken: readonly Taken[], most: number): Promise<void> {
  for (let blocks = 0; blocks < most; blocks++) {
    const all = await Promise.all(taken.filter(isKept).map(({ id }) => progressOf(stage, id)));
    if (all.every((result) => !('failed' in result) && result.value.confirmations > 0)) return;
    await stage.world.regtest.mine(1);
    await stage.settled();
    const waits = async (): Promise<true | undefined> => {
      const now = await Promise.all(taken.filter(isKept).map(({ id }) => progressOf(stage, id)));
      return now.every((result) => !('failed' in result) && result.value.txid.length > 0) ? true : undefined;
    };
    await stage.soon(waits);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
