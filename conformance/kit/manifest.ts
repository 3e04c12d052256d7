/** Reads a target manifest (schema `target-manifest`). Bad input: `MDT_KIT_MANIFEST` with the field at fault. */
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { TargetManifest } from '../../reference/gen/schemas.ts';
import { KitError } from './kit-error.ts';
import { schemaFault } from './schemas.ts';

const MAX_OCTETS = 64 * 1024;
/** A reference by Docker's grammar (distribution/reference): host and port, path, tag, digest; or an ID, whose algorithm Docker lets no image be named after. */
const IMAGE =
  /^sha256:[0-9a-f]{64}$|^(?!sha256:)(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:(?:\.|__?|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
const IMAGE_NAME = '/image/name';
/** Said alike whether the schema sees it or only the grammar. */
const NO_IMAGE = { field: IMAGE_NAME, message: 'is no name of an image, such as example/dta:1.4.0' };

export interface Target {
  manifest: TargetManifest;
  path: string;
  /** Program and arguments, ready to spawn. */
  command: [string, ...string[]];
  /** Folder that relative paths of the command are taken from, and working directory of the process. */
  folder: string;
}

export function loadTarget(path: string): Target {
  const manifest = parse(path, read(path));
  const folder = dirname(resolve(path));
  return { manifest, path, folder, command: resolveCommand(manifest, folder) };
}

function read(path: string): string {
  try {
    // A device or pipe tells no size, so no more is read than a manifest may have.
    const file = openSync(path, 'r');
    try {
      const octets = Buffer.alloc(MAX_OCTETS + 1);
      let length = 0;
      for (let more = 1; more > 0; length += more) more = readSync(file, octets, length, octets.length - length, null);
      if (length > MAX_OCTETS) throw new KitError('MDT_KIT_MANIFEST', `${path} is larger than 64 KiB`);
      return octets.toString('utf8', 0, length);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw new KitError('MDT_KIT_MANIFEST', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function parse(path: string, text: string): TargetManifest {
  // Aliases are bounded: a few lines of YAML can otherwise expand to gigabytes.
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new KitError('MDT_KIT_MANIFEST', `${path} is not YAML: ${error.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new KitError('MDT_KIT_MANIFEST', `${path}: ${(cause as Error).message}`, { cause });
  }
  const fault = schemaFault('target-manifest', value);
  if (fault) {
    const { field, message } = fault.field === IMAGE_NAME ? NO_IMAGE : fault;
    throw new KitError('MDT_KIT_MANIFEST', `${path}: ${field} ${message}`, { field });
  }
  const { endpoints, chain, image } = value as TargetManifest;
  if (image && !IMAGE.test(image.name))
    throw new KitError('MDT_KIT_MANIFEST', `${path}: ${IMAGE_NAME} ${NO_IMAGE.message}`, { field: IMAGE_NAME });
  const urls = {
    '/endpoints/issuer': endpoints?.issuer,
    '/endpoints/grpc': endpoints && `http://${endpoints.grpc}`,
    '/chain/rpc/url': chain?.rpc.url,
  };
  for (const [field, url] of Object.entries(urls))
    if (url !== undefined && !URL.canParse(url))
      throw new KitError('MDT_KIT_MANIFEST', `${path}: ${field} is no address`, { field });
  return value as TargetManifest;
}

function resolveCommand(manifest: TargetManifest, folder: string): [string, ...string[]] {
  const [program = '', ...rest] = manifest.command ?? [];
  const args = rest.map((argument) =>
    argument.startsWith('./') || argument.startsWith('../') ? resolve(folder, argument) : argument,
  );
  if (program === '$NODE') return [process.execPath, ...args];
  return [program.includes('/') && !isAbsolute(program) ? resolve(folder, program) : program, ...args];
}
