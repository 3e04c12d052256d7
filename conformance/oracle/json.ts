/**
 * Reads a document as spec 1.4 demands. The platform's parser decides what JSON is; jsonc-parser's
 * tree shows what it hides: repeated names, the spelling of numbers. Shares no code with the reference.
 * The value is taken from the tree as well: V8 13.6 (Node 24) reads the name "\\n" as "\\" after it has seen an object of
 * the same shape with the name "\\", which fuzzing against the reference brought to light.
 */
import { createScanner, parseTree, type Node } from 'jsonc-parser';
import { Refusal } from './refusal.ts';

export const MAX_DOCUMENT_OCTETS = 16_384;
const MAX_DEPTH = 32;
/** jsonc-parser's SyntaxKind, a const enum that isolated modules cannot see. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, end: 17 } as const;

/** The value of a document given as octets; throws `Refusal` with a code of spec/errors.md. */
export function readDocument(octets: Uint8Array, maxOctets: number = MAX_DOCUMENT_OCTETS): Record<string, unknown> {
  if (octets.length > maxOctets) throw new Refusal('MDT_DOCUMENT_TOO_LARGE', '/', `${String(octets.length)} octets`);
  const text = decode(octets);
  refuseNesting(text);
  refuseUnparsable(text);
  const tree = parseTree(text);
  if (!tree) throw new Refusal('MDT_NOT_JSON', '/', 'not JSON');
  refuseHidden(tree, text, '');
  return valueOf(tree) as Record<string, unknown>;
}

function decode(octets: Uint8Array): string {
  if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf)
    throw new Refusal('MDT_BOM', '/', 'a byte order mark');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new Refusal('MDT_NOT_UTF8', '/', 'not well-formed UTF-8');
  }
}

/** Before any recursive parser sees it. */
function refuseNesting(text: string): void {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let kind: number = scanner.scan(); kind !== TOKEN.end; kind = scanner.scan()) {
    if (kind === TOKEN.openBrace || kind === TOKEN.openBracket) depth++;
    if (kind === TOKEN.closeBrace || kind === TOKEN.closeBracket) depth--;
    if (depth > MAX_DEPTH) throw new Refusal('MDT_NESTING', '/', `more than ${String(MAX_DEPTH)} deep`);
  }
}

function refuseUnparsable(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal('MDT_NOT_JSON', '/', (error as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('MDT_NOT_JSON', '/', 'not an object');
}

/** `fromEntries` makes a member of its own of a name like `__proto__`. */
function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(valueOf);
  if (type !== 'object') return value as unknown;
  return Object.fromEntries(
    children.flatMap(({ children: [name, member] = [] }) => (name && member ? [[name.value, valueOf(member)]] : [])),
  );
}

function refuseHidden(node: Node, text: string, pointer: string): void {
  if (node.type === 'number') refuseNumber(text.slice(node.offset, node.offset + node.length), pointer);
  if (node.type === 'string' && !(node.value as string).isWellFormed())
    throw new Refusal('MDT_LONE_SURROGATE', pointer, 'a lone surrogate');
  if (node.type === 'array')
    for (const [index, item] of (node.children ?? []).entries())
      refuseHidden(item, text, `${pointer}/${String(index)}`);
  if (node.type === 'object') refuseMembers(node, text, pointer);
}

function refuseMembers(node: Node, text: string, pointer: string): void {
  const names = new Set<string>();
  for (const property of node.children ?? []) {
    const [name, value] = property.children ?? [];
    const key = String(name?.value);
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!key.isWellFormed()) throw new Refusal('MDT_LONE_SURROGATE', place, 'a lone surrogate in a name');
    if (names.has(key)) throw new Refusal('MDT_DUPLICATE_MEMBER', place, 'stands twice');
    names.add(key);
    if (value) refuseHidden(value, text, place);
  }
}

function refuseNumber(literal: string, pointer: string): void {
  if (!/^(0|-?[1-9][0-9]*)$/.test(literal)) throw new Refusal('MDT_NUMBER_LITERAL', pointer, `written ${literal}`);
  if (!Number.isSafeInteger(Number(literal))) throw new Refusal('MDT_NUMBER_RANGE', pointer, literal);
}
