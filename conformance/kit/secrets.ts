/**
 * Planted secrets. Every secret the kit gives to a target is unique to the run, so its appearance
 * anywhere (log, event, response, file) is a leak and can be nothing else (MDT-SEC-001 to -003).
 */
export interface Secret {
  /** What it is, for a message that does not repeat it: "passphrase", "anchor key". */
  name: string;
  value: string;
}

export interface Leak {
  name: string;
  where: string;
}

/** Every spelling in which `secret` would betray itself: as given, and where it is hex, its octets in other codings. */
function spellings({ value }: Secret): Buffer[] {
  const forms = new Set([
    value,
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('hex'),
  ]);
  const found = [...forms].map((form) => Buffer.from(form));
  if (/^[0-9a-f]{64}$/.test(value)) {
    const octets = Buffer.from(value, 'hex');
    found.push(octets, Buffer.from(value.toUpperCase()));
    for (const coding of ['base64', 'base64url'] as const)
      found.push(Buffer.from(octets.toString(coding).replace(/=+$/, '')));
  }
  return found;
}

export class SecretWatch {
  readonly leaks: Leak[] = [];
  readonly #forms: { name: string; forms: Buffer[] }[];

  constructor(secrets: Secret[]) {
    this.#forms = secrets.map((secret) => ({ name: secret.name, forms: spellings(secret) }));
  }

  /** Records every secret that `octets` contain. Base64 is found only where it begins at the secret's first octet. */
  look(where: string, octets: Buffer | string): void {
    const haystack = typeof octets === 'string' ? Buffer.from(octets) : octets;
    for (const { name, forms } of this.#forms) {
      const known = this.leaks.some((leak) => leak.name === name && leak.where === where);
      if (!known && forms.some((form) => haystack.includes(form))) this.leaks.push({ name, where });
    }
  }

  /** `text` with every planted secret blotted out, for evidence. */
  redact(text: string): string {
    let clean = text;
    for (const { name, forms } of this.#forms) {
      for (const form of forms) clean = clean.replaceAll(form.toString('utf8'), `[secret: ${name}]`);
    }
    return clean;
  }
}
