/** What the manifest of the target claims. */
import type { TargetManifest } from '../../reference/gen/schemas.ts';
import type { World } from './world.ts';

/** An optional part of the launch contract. */
export type Feature = NonNullable<TargetManifest['claims']['features']>[number];

export function claims({ target }: Pick<World, 'target'>, feature: Feature): boolean {
  return target.manifest.claims.features?.includes(feature) ?? false;
}
