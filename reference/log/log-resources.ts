/** The log and the canary over HTTP (spec 8.4, 8.5, 9.2): C2SP tlog-tiles, roots and STATUSes. */
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { parseTilePath } from '../core/log/tile.ts';
import type { HostedActivityRoot, HostedStatus } from '../gen/schemas.ts';
import type { Resource } from '../runtime/http-host.ts';
import { IMMUTABLE, represent, type Representation } from '../runtime/representation.ts';
import type { Shown, ShownLog } from './activity.ts';
import { hostedRoot, hostedStatus } from './hosted-documents.ts';

/** Where the record says that they are. */
const LOG_PATH = '/milagro/v1/log';
const STATUS_PATH = '/milagro/v1/status';

const CHECKPOINT = { mediaType: 'text/plain; charset=utf-8', compressed: false };
const TILE = { mediaType: 'application/octet-stream', cacheControl: IMMUTABLE, compressed: false };
const FINAL = { cacheControl: IMMUTABLE };

/** @param current throws MDT_NOT_READY while nothing is shown (MDT-LOG-033, MDT-STA-019) */
export function logResources(current: () => ShownLog): Resource[] {
  const root = (seq?: number): HostedActivityRoot => hostedRoot(current().roots, seq);
  return [
    { path: `${LOG_PATH}/checkpoint`, read: () => represent(Buffer.from(current().log.checkpoint()), CHECKPOINT) },
    { path: `${LOG_PATH}/tile/*`, read: (below) => tile(current(), `tile/${below}`) },
    { path: `${LOG_PATH}/root`, read: () => document(root()) },
    { path: `${LOG_PATH}/root/*`, read: (below) => document(root(seqOf(below)), FINAL) },
  ];
}

/** As `logResources`. */
export function statusResources(current: () => Shown): Resource[] {
  const status = (seq?: number): HostedStatus => hostedStatus(current().canary, seq);
  return [
    { path: STATUS_PATH, read: () => document(status()) },
    { path: `${STATUS_PATH}/*`, read: (below) => document(status(seqOf(below)), FINAL) },
  ];
}

function document(hosted: object, manner?: { readonly cacheControl: string }): Representation {
  return represent(canonicalOctets(hosted), manner);
}

/** @throws MdtError MDT_NOT_FOUND for what is no such path, or is beyond the tree */
function tile({ log }: ShownLog, path: string): Representation {
  const wanted = parseTilePath(path);
  const octets = wanted && log.entries.tileOctets(wanted);
  if (!octets) throw new MdtError('MDT_NOT_FOUND', 'no such tile in this tree');
  return represent(octets, TILE);
}

/** In decimal without leading zeros; whatever else is asked for is not there (MDT-LOG-012, MDT-STA-018). */
function seqOf(text: string): number {
  if (/^(?:0|[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  throw new MdtError('MDT_NOT_FOUND', 'no such document');
}
