/** Brings the image of a target to this machine, or says in our words why that is not possible and what to do. */
import type { ContainerRuntimeClient } from 'testcontainers';
import { hasImage, PULL_LIMIT_MS, reasonOf, within } from '../chain/docker.ts';
import { KitError } from './kit-error.ts';

/** What Docker says, and what that means; it says it in many words, which differ from version to version. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /no such host|server misbehaving|connection refused|unreachable|timeout|timed out|deadline|reset by peer|\bEOF\b|tls:|x509/i,
    'its registry cannot be reached from here',
  ],
  [
    /denied|unauthorized|authentication|credentials|forbidden/i,
    'its registry does not have it, or gives it only to who has logged in',
  ],
  [
    /not found|manifest unknown|no matching manifest/i,
    'its registry does not have it, or not for this kind of machine',
  ],
  [/no space left|disk quota/i, 'there is no room for it on this machine'],
  [/not there after/, `its registry did not give it within ${String(PULL_LIMIT_MS / 1000)} s`],
];

/** Does nothing where the image is here already. @throws KitError MDT_KIT_TARGET_START, field /image/name */
export async function bringImage(
  client: ContainerRuntimeClient,
  image: string,
  onProgress?: (text: string) => void,
): Promise<void> {
  if (await hasImage(image)) return;
  const { ImageName } = await import('testcontainers');
  onProgress?.(`pulling the image ${image}`);
  try {
    await within(PULL_LIMIT_MS, client.image.pull(ImageName.fromString(image)));
  } catch (error) {
    throw notToBeHad(image, error);
  }
  if (!(await hasImage(image))) throw notToBeHad(image, new Error('not found'));
}

/** The error for an image that could not be pulled; what Docker said is its cause. */
export function notToBeHad(image: string, cause: unknown): KitError {
  const [, reason = 'Docker could not pull it'] = REASONS.find(([said]) => said.test(reasonOf(cause))) ?? [];
  const what = `the image ${image} is not on this machine, and ${reason}: bring it by \`docker pull ${image}\`, or build it by \`docker build --tag ${image} .\``;
  return new KitError('MDT_KIT_TARGET_START', what, { field: '/image/name', cause });
}
