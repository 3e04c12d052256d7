/** What the manifest of the target claims. */
import type { Feature } from '../kit/check.ts';
import type { World } from './world.ts';

export function claims({ target }: Pick<World, 'target'>, feature: Feature): boolean {
  return target.manifest.claims.features?.includes(feature) ?? false;
}
