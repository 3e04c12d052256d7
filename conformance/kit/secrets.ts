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
  readonly #texts: { name: string; texts: string[] }[];
  readonly #scanner: SecretScanner<string>;
  readonly #longest: number;

  constructor(secrets: readonly Secret[]) {
    const forms = secrets.map(({ name, value }) => ({ name, forms: spellings(value) }));
    this.#texts = forms.map(({ name, forms }) => {
      const texts = forms.map((form) => form.toString('utf8'));
      return { name, texts: texts.sort((a, b) => b.length - a.length) };
    });
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

  /** `text` with every planted secret blotted out, for evidence. */
  redact(text: string): string {
    let clean = text;
    for (const { name, texts } of this.#texts) {
      for (const form of texts) clean = clean.replaceAll(form, `[secret: ${name}]`);
    }
    return clean;
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
