/**
 * A JSON parser (RFC 8259) that refuses by literal what `JSON.parse` lets pass or loses: duplicate
 * members, lone surrogates, numbers with fraction, exponent or negative zero, and integers beyond 2^53 − 1
 * (MDT-DOC-105 to -109). Errors carry the JSON pointer of the value at fault.
 */
import { MdtError, type ErrorCode } from './errors.ts';
import { MAX_NESTING, pointer, type JsonObject, type JsonValue } from './json-value.ts';

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX_ESCAPE = /[0-9a-fA-F]{4}/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Parses exactly one JSON value. Throws MdtError with a code of spec 1.4. */
export function parseJson(text: string): JsonValue {
  const parser = new Parser(text);
  const value = parser.value('', 1);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(place: string, depth: number): JsonValue {
    this.#match(WHITE_SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(place, depth);
      case '[':
        return this.#array(place, depth);
      case '"':
        return this.#string(place);
      case 't':
        return this.#word('true', true, place);
      case 'f':
        return this.#word('false', false, place);
      case 'n':
        return this.#word('null', null, place);
      default:
        return this.#number(place);
    }
  }

  end(): void {
    this.#match(WHITE_SPACE);
    if (this.#at !== this.#text.length) this.#refuse('MDT_NOT_JSON', `text after the value at offset ${this.#at}`, '');
  }

  #object(place: string, depth: number): JsonObject {
    this.#enter(place, depth);
    // Without a prototype a member named __proto__ is a member like any other.
    const object = Object.create(null) as JsonObject;
    if (this.#closes('}')) return object;
    for (;;) {
      this.#match(WHITE_SPACE);
      if (this.#text[this.#at] !== '"')
        this.#refuse('MDT_NOT_JSON', `a name was expected at offset ${this.#at}`, place);
      const name = this.#string(place);
      const member = pointer(place, name);
      if (name in object) this.#refuse('MDT_DUPLICATE_MEMBER', `two members of one name`, member);
      this.#expect(':', member);
      object[name] = this.value(member, depth + 1);
      if (this.#closes('}')) return object;
      this.#expect(',', place);
    }
  }

  #array(place: string, depth: number): JsonValue[] {
    this.#enter(place, depth);
    const array: JsonValue[] = [];
    if (this.#closes(']')) return array;
    for (;;) {
      array.push(this.value(pointer(place, array.length), depth + 1));
      if (this.#closes(']')) return array;
      this.#expect(',', place);
    }
  }

  #enter(place: string, depth: number): void {
    if (depth > MAX_NESTING) this.#refuse('MDT_NESTING', `nested more than ${MAX_NESTING} deep`, place);
    this.#at += 1;
  }

  #string(place: string): string {
    this.#at += 1;
    let out = '';
    for (;;) {
      out += this.#match(PLAIN_CHARACTERS) ?? '';
      const character = this.#text[this.#at];
      this.#at += 1;
      if (character === '"') break;
      if (character !== '\\') this.#refuse('MDT_NOT_JSON', `a string ends badly at offset ${this.#at - 1}`, place);
      out += this.#escape(place);
    }
    if (!out.isWellFormed()) this.#refuse('MDT_LONE_SURROGATE', 'a surrogate without its pair', place);
    return out;
  }

  #escape(place: string): string {
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    const digits = letter === 'u' ? this.#match(HEX_ESCAPE) : undefined;
    if (digits === undefined) this.#refuse('MDT_NOT_JSON', `an unknown escape at offset ${this.#at - 1}`, place);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(place: string): number {
    const start = this.#at;
    const literal = this.#match(NUMBER);
    if (literal === undefined) this.#refuse('MDT_NOT_JSON', `no JSON value at offset ${start}`, place);
    if (/[.eE]/.test(literal) || literal === '-0') {
      this.#refuse('MDT_NUMBER_LITERAL', 'a number is not written as a plain integer', place);
    }
    const value = Number(literal);
    if (!Number.isSafeInteger(value)) this.#refuse('MDT_NUMBER_RANGE', 'an integer is outside ±(2^53 − 1)', place);
    return value;
  }

  #word<T>(word: string, value: T, place: string): T {
    if (!this.#text.startsWith(word, this.#at)) this.#refuse('MDT_NOT_JSON', `no JSON value at ${this.#at}`, place);
    this.#at += word.length;
    return value;
  }

  #closes(bracket: string): boolean {
    this.#match(WHITE_SPACE);
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string, place: string): void {
    this.#match(WHITE_SPACE);
    if (this.#text[this.#at] !== character) {
      this.#refuse('MDT_NOT_JSON', `"${character}" was expected at offset ${this.#at}`, place);
    }
    this.#at += 1;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #refuse(code: ErrorCode, message: string, field: string): never {
    throw new MdtError(code, message, { field });
  }
}
