/**
 * Text of a target made harmless and visible before it is shown. A target's output may hold terminal escapes (which
 * could rewrite the verdict above), bidirectional overrides (which reorder what is read) and characters that XML
 * cannot carry. Each becomes a sign that can be seen; line feeds and tabs stay.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/g;

/** `text` with every control, formatting and non-character spelled out. */
export function visible(text: string): string {
  // toWellFormed: half of a surrogate pair is no character, and no encoding has octets for it.
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(HIDDEN, spelledOut);
}

/** As in a string literal: every font and every terminal has the letters. */
function spelledOut(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** At most `max` characters of `text`, and how many it had. Cut first, so that a megabyte costs no more than what is shown. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return visible(text);
  return `${visible(text.slice(0, max))} … (${String(text.length)} characters)`;
}

/** One line of at most `max` characters. */
export function oneLine(text: string, max: number): string {
  return shortened(text, max)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', ' ');
}
