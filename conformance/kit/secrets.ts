/**
 * Planted secrets. Every secret the kit gives to a target is unique to the run, so its appearance
 * anywhere (log, event, response, file) is a leak and can be nothing else (MDT-SEC-001 to -003).
 */
import { SecretScanner } from './secret-scanner.ts';
import { spellings } from './spellings.ts';

export interface Secret {
  /** What it is, for a message that does not repeat it: "passphrase", "anchor key". */
  name: string;
  value: string;
}

export interface Leak {
  name: string;
  where: string;
}

export class SecretWatch {
  readonly leaks: Leak[] = [];
  /** Spellings by what they are of, the longest first. */
  readonly #texts: ReadonlyMap<string, readonly Buffer[]>;
  /** What replaces them, made when the first is found: most watches never find any, and each has some 40. */
  readonly #patterns = new Map<string, readonly RegExp[]>();
  /** Finds the spellings as they are when text has been made of octets. */
  readonly #textScanner: SecretScanner<string>;
  readonly #scanner: SecretScanner<string>;
  readonly #longest: number;

  constructor(secrets: readonly Secret[]) {
    const forms = secrets.map(({ name, value }) => ({ name, forms: spellings(value) }));
    const texts = forms.map(({ name, forms }) => ({ name, forms: longestFirst(unique(forms.map(asText))) }));
    this.#texts = new Map(texts.map(({ name, forms }) => [name, forms]));
    this.#textScanner = new SecretScanner(
      texts.flatMap(({ name, forms }) => forms.map((octets) => ({ octets, meaning: name }))),
    );
    const patterns = forms.flatMap(({ name, forms }) =>
      unique(forms.map(withoutSpace)).map((octets) => ({ octets, meaning: name })),
    );
    this.#scanner = new SecretScanner(patterns);
    this.#longest = Math.max(1, ...patterns.map(({ octets }) => octets.length));
  }

  /** Records every secret that `octets` contain, one that is broken over lines included. */
  look(where: string, octets: Buffer | string): void {
    this.#search(where, withoutSpace(typeof octets === 'string' ? Buffer.from(octets) : octets));
  }

  /** Looks at what arrives piece by piece: a secret is found wherever the pieces are cut, and however long a line is. */
  follow(where: string): (chunk: Buffer) => void {
    let tail: Buffer = Buffer.alloc(0);
    return (chunk) => {
      const text = Buffer.concat([tail, withoutSpace(chunk)]);
      this.#search(where, text);
      tail = Buffer.from(text.subarray(Math.max(0, text.length - this.#longest + 1)));
    };
  }

  /** `text` with every planted secret blotted out, for evidence; one that is broken over lines, too. */
  redact(text: string): string {
    let clean = text;
    for (const name of this.#textScanner.find(withoutSpace(Buffer.from(text))))
      for (const form of this.#patternsOf(name)) clean = clean.replace(form, `[secret: ${name}]`);
    return clean;
  }

  /** As much of `text` as certainly holds no part of a secret: where it was cut, one may have begun. */
  redactCut(text: string): string {
    return this.redact(text).slice(0, -2 * this.#longest); // white space in it makes it longer
  }

  #patternsOf(name: string): readonly RegExp[] {
    let patterns = this.#patterns.get(name);
    if (!patterns) this.#patterns.set(name, (patterns = (this.#texts.get(name) ?? []).map(withSpaceAnywhere)));
    return patterns;
  }

  #search(where: string, text: Buffer): void {
    for (const name of this.#scanner.find(text)) {
      if (!this.leaks.some((leak) => leak.name === name && leak.where === where)) this.leaks.push({ name, where });
    }
  }
}

function unique(forms: readonly Buffer[]): Buffer[] {
  return [...new Map(forms.map((form) => [form.toString('latin1'), form])).values()];
}

/** So that none leaves a part of a longer one. */
function longestFirst(forms: readonly Buffer[]): Buffer[] {
  return forms.toSorted((a, b) => b.length - a.length);
}

/** What becomes of octets that a program prints, and then loses its white space. */
function asText(octets: Buffer): Buffer {
  return withoutSpace(Buffer.from(octets.toString('utf8')));
}

/** The form, with any white space between its characters. */
function withSpaceAnywhere(form: Buffer): RegExp {
  const characters = [...form.toString('utf8')].map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`));
  return new RegExp(characters.join(String.raw`[ \n\r\t]*`), 'gu');
}

const SPACE = [0x20, 0x0a, 0x0d, 0x09];

/** Programs break and indent what is long, so white space is nowhere looked at. */
function withoutSpace(octets: Buffer): Buffer {
  const places = SPACE.map((space) => octets.indexOf(space)).filter((place) => place >= 0);
  if (places.length === 0) return octets;
  const first = Math.min(...places);
  const kept = Buffer.allocUnsafe(octets.length);
  octets.copy(kept, 0, 0, first);
  let to = first;
  for (let from = first; from < octets.length; from++) {
    const octet = octets[from] ?? 0;
    kept[to] = octet;
    if (octet > 0x20 || !SPACE.includes(octet)) to++;
  }
  return kept.subarray(0, to);
}
