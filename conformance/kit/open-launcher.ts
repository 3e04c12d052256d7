/** Chooses how a target is started, by its manifest. */
import { processLauncher, type Launcher } from './launcher.ts';
import type { Target } from './manifest.ts';

/**
 * What the manifest asks for. `onProgress` is told what takes long.
 * @throws KitError MDT_KIT_TARGET_START: this machine cannot run it, and what to do
 */
export async function openLauncher(target: Target, onProgress?: (text: string) => void): Promise<Launcher> {
  if (target.manifest.mode !== 'image') return processLauncher(target);
  const { openContainers } = await import('./target-containers.ts');
  return openContainers(target, onProgress);
}
