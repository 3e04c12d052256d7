/** Reading a document's octets (spec 1.4), in the order in which a reader meets the faults. */
import { MdtError } from './errors.ts';
import { parseJson } from './json-parser.ts';
import type { JsonObject } from './json-value.ts';

/** MDT-DOC-008: a reader on a constrained device sets its buffer once. */
export const MAX_DOCUMENT_OCTETS = 16_384;

/**
 * The object that a document's octets hold.
 * @throws MdtError with the code of the first fault (MDT-DOC-101 to -109); `field` is a JSON pointer.
 */
export function parseDocument(octets: Uint8Array): JsonObject {
  checkSize(octets, MAX_DOCUMENT_OCTETS);
  return parseObject(octets);
}

/** As `parseDocument`, for an envelope that carries documents and has a size limit of its own. */
export function parseEnvelope(octets: Uint8Array, maxOctets: number): JsonObject {
  checkSize(octets, maxOctets);
  return parseObject(octets);
}

function checkSize(octets: Uint8Array, maxOctets: number): void {
  if (octets.length > maxOctets) {
    throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `${octets.length} octets, at most ${maxOctets} are read`);
  }
}

function parseObject(octets: Uint8Array): JsonObject {
  const value = parseJson(decodeUtf8(octets));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new MdtError('MDT_NOT_JSON', 'not a JSON object');
  }
  return value;
}

function decodeUtf8(octets: Uint8Array): string {
  if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf) {
    throw new MdtError('MDT_BOM', 'begins with a byte order mark');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (cause) {
    throw new MdtError('MDT_NOT_UTF8', 'not well-formed UTF-8', { cause });
  }
}
