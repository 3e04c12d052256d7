/**
 * The keys that an IdP signs tokens with, generation after generation: a new one is shown before it signs, and shown on until
 * the last token that it signed has expired (OpenID Connect Core, 10.1.1).
 */
import { generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'oidc-provider';
import { documentDigest } from '../core/canonical.ts';
import type { SealedRows } from './sealed-rows.ts';

const MODEL = 'SigningKeys';
const ROW = 'all';
const RSA_BITS = 2048;
/** A generation signs for so long, in seconds: 30 days. */
const SIGNS_SECONDS = 2_592_000;
/** It is shown so long before it signs: a day, which is longer than readers keep a JWK Set. */
const SHOWN_BEFORE_SECONDS = 86_400;
/** It is shown so long after: an ID Token lives an hour. */
const SHOWN_AFTER_SECONDS = 7_200;

interface Generation {
  /** From when on it signs, seconds since 1970. */
  readonly since: number;
  readonly keys: readonly JWK[];
}

const makeKeys = promisify(generateKeyPair);

export class SigningKeys {
  readonly #rows: SealedRows;
  #generations: readonly Generation[];

  private constructor(rows: SealedRows, generations: readonly Generation[]) {
    this.#rows = rows;
    this.#generations = generations;
  }

  /** Opens what is kept, or makes the first generation. */
  static async open(rows: SealedRows, now: number): Promise<SigningKeys> {
    const kept = rows.get(MODEL, ROW) as Generation[] | undefined;
    const keys = new SigningKeys(rows, kept ?? [await generationFrom(now)]);
    if (!kept) keys.#keep();
    return keys;
  }

  /** Secret JWKs: those that sign now first, then what is shown beside them. */
  private(now: number): JWK[] {
    const at = this.#signingAt(now);
    return [at, ...this.#generations.filter((each) => each !== at)].flatMap((each) => each?.keys ?? []);
  }

  /**
   * Makes the next generation when it has to be shown, and forgets those that nothing is verified with any more.
   * @returns whether the JWK Set or its order has changed since `before`
   */
  async turn(now: number, before: number): Promise<boolean> {
    const newest = this.#generations.at(-1);
    const startOfNext = (newest?.since ?? 0) + SIGNS_SECONDS;
    let changed = this.#signingAt(now) !== this.#signingAt(before);
    if (now >= startOfNext - SHOWN_BEFORE_SECONDS) {
      this.#generations = [...this.#generations, await generationFrom(Math.max(startOfNext, now))];
      changed = true;
    }
    const living = this.#generations.filter((_, index) => {
      const { since: endOfSigning } = this.#generations[index + 1] ?? { since: Infinity };
      return now < endOfSigning + SHOWN_AFTER_SECONDS;
    });
    changed ||= living.length < this.#generations.length;
    this.#generations = living;
    if (changed) this.#keep();
    return changed;
  }

  /** Has a new generation sign from now on: the next, where it is shown already. */
  async rotate(now: number): Promise<void> {
    const newest = this.#generations.at(-1);
    const isNext = newest !== undefined && newest.since > now;
    const next = isNext ? { ...newest, since: now } : await generationFrom(now);
    this.#generations = [...(isNext ? this.#generations.slice(0, -1) : this.#generations), next];
    this.#keep();
  }

  #signingAt(now: number): Generation | undefined {
    return this.#generations.findLast(({ since }) => since <= now) ?? this.#generations[0];
  }

  #keep(): void {
    this.#rows.put(MODEL, ROW, this.#generations);
  }
}

async function generationFrom(since: number): Promise<Generation> {
  return { since, keys: await makeSigningKeys() };
}

/** RS256, which every OpenID Provider has (Discovery, 3), ES256 and Ed25519. */
export async function makeSigningKeys(): Promise<JWK[]> {
  const pairs = await Promise.all([
    makeKeys('rsa', { modulusLength: RSA_BITS }),
    makeKeys('ec', { namedCurve: 'P-256' }),
    makeKeys('ed25519'),
  ]);
  const algorithms = ['RS256', 'ES256', 'EdDSA'];
  return pairs.map(({ privateKey }, index) => jwkOf(privateKey, algorithms[index] ?? ''));
}

function jwkOf(key: KeyObject, alg: string): JWK {
  const jwk = key.export({ format: 'jwk' });
  return { ...jwk, alg, use: 'sig', kid: thumbprint(jwk) };
}

/** RFC 7638: the members that make the key, in the order of their names, which RFC 8785 gives too. */
function thumbprint({ kty = '', crv, x, y, e, n }: JsonWebKey): string {
  const members = { ...(crv && { crv }), ...(e && { e }), kty, ...(n && { n }), ...(x && { x }), ...(y && { y }) };
  return Buffer.from(documentDigest(members)).toString('base64url');
}

/** A JWK Set without its secrets, as it is shown. */
export function publicSet(keys: readonly JWK[]): { readonly keys: readonly object[] } {
  return {
    keys: keys.map(({ kty, use, alg, kid, crv, x, y, e, n }) => ({
      ...{ kty, use, alg, kid },
      ...(crv !== undefined && { crv }),
      ...(x !== undefined && { x }),
      ...(y !== undefined && { y }),
      ...(e !== undefined && { e }),
      ...(n !== undefined && { n }),
    })),
  };
}
