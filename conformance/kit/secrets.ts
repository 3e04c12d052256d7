/**
 * Planted secrets. Every secret the kit gives to a target is unique to the run, so its appearance
 * anywhere (log, event, response, file) is a leak and can be nothing else (MDT-SEC-001 to -003).
 */
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
  readonly #forms: { name: string; forms: Buffer[]; texts: string[] }[];
  readonly #longest: number;

  constructor(secrets: readonly Secret[]) {
    this.#forms = secrets.map(({ name, value }) => {
      const forms = spellings(value);
      const texts = forms.map((form) => form.toString('utf8'));
      return { name, forms: unique(forms.map(withoutSpace)), texts: texts.sort((a, b) => b.length - a.length) };
    });
    this.#longest = Math.max(1, ...this.#forms.flatMap(({ forms }) => forms.map(({ length }) => length)));
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
    for (const { name, texts } of this.#forms) {
      for (const form of texts) clean = clean.replaceAll(form, `[secret: ${name}]`);
    }
    return clean;
  }

  #search(where: string, haystack: Buffer): void {
    for (const { name, forms } of this.#forms) {
      const known = this.leaks.some((leak) => leak.name === name && leak.where === where);
      if (!known && forms.some((form) => haystack.includes(form))) this.leaks.push({ name, where });
    }
  }
}

function unique(forms: readonly Buffer[]): Buffer[] {
  return [...new Map(forms.map((form) => [form.toString('latin1'), form])).values()];
}

/** Programs break and indent what is long, so white space is nowhere looked at. */
function withoutSpace(octets: Buffer): Buffer {
  const text = octets.toString('latin1');
  return /\s/.test(text) ? Buffer.from(text.replaceAll(/[ \t\r\n]/g, ''), 'latin1') : octets;
}
