/**
 * Secrets at rest (MDT-SEC-003): AES-256-GCM under a key that scrypt derives from the passphrase.
 *
 * Layout: magic "MDTSEAL1", log2 N, r, p (an octet each), salt (16), nonce (12), ciphertext, tag (16). All that
 * stands before the nonce is authenticated, so that costs cannot be lowered behind our back.
 */
import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { MdtError } from '../core/errors.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Entropy } from './entropy.ts';

const MAGIC = Buffer.from('MDTSEAL1');
const SALT_OCTETS = 16;
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const HEAD_OCTETS = MAGIC.length + 3 + SALT_OCTETS;

interface Costs {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * 32 MiB and about 80 ms (measured on the two cores this was made on): twice the work that scrypt's author gives for an
 * interactive login. A service's passphrase comes from a configuration and is random, and a restart has to be ready within 5 s.
 */
const COSTS: Costs = { log2N: 15, r: 8, p: 1 };
/**
 * Costs that a file may ask of us; more is a damaged or hostile file. Together, as N · r · p, eight times our own: 0.7 s and
 * 256 MiB at most, so that a start neither seems to hang nor fills the memory.
 */
const MAX_LOG2_N = 20;
const MAX_R = 32;
const MAX_P = 16;
const MAX_WORK = 8 * 2 ** COSTS.log2N * COSTS.r * COSTS.p;

const deriveKey = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** A file that only the passphrase opens. */
export class SealedFile {
  readonly #directory: DataDirectory;
  readonly #name: string;
  readonly #entropy: Entropy;
  readonly #head: Buffer;
  readonly #key: Buffer;

  private constructor(directory: DataDirectory, name: string, entropy: Entropy, head: Buffer, key: Buffer) {
    this.#directory = directory;
    this.#name = name;
    this.#entropy = entropy;
    this.#head = head;
    this.#key = key;
  }

  /**
   * Opens the file, or makes ready to write it where there is none yet.
   * @returns `content` as it was last written, `undefined` where there is none
   * @throws MdtError MDT_STATE where the passphrase is wrong or the file is damaged; nothing is overwritten
   */
  static async open(
    directory: DataDirectory,
    name: string,
    passphrase: string,
    entropy: Entropy,
  ): Promise<{ file: SealedFile; content: Buffer | undefined }> {
    const octets = directory.read(name);
    const head = octets === undefined ? newHead(entropy) : octets.subarray(0, HEAD_OCTETS);
    const costs = octets === undefined ? COSTS : readCosts(octets);
    const key = await stretch(passphrase, head.subarray(-SALT_OCTETS), costs);
    const file = new SealedFile(directory, name, entropy, Buffer.from(head), key);
    return { file, content: octets && file.#unseal(octets) };
  }

  /** Replaces the content as a whole; returns once it is on disk. */
  write(content: Uint8Array): void {
    // Random nonces are safe for 2^32 writes under one key (SP 800-38D, 8.3); an entity writes some for each period of its log.
    const nonce = this.#entropy.draw(NONCE_OCTETS);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#head);
    const sealed = [cipher.update(content), cipher.final(), cipher.getAuthTag()];
    this.#directory.replace(this.#name, Buffer.concat([this.#head, nonce, ...sealed]));
  }

  #unseal(octets: Buffer): Buffer {
    const nonce = octets.subarray(HEAD_OCTETS, HEAD_OCTETS + NONCE_OCTETS);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_OCTETS });
      decipher.setAAD(this.#head).setAuthTag(octets.subarray(-TAG_OCTETS));
      return Buffer.concat([
        decipher.update(octets.subarray(HEAD_OCTETS + NONCE_OCTETS, -TAG_OCTETS)),
        decipher.final(),
      ]);
    } catch {
      throw unreadable('the passphrase is wrong or the state file is damaged');
    }
  }
}

async function stretch(passphrase: string, salt: Buffer, { log2N, r, p }: Costs): Promise<Buffer> {
  try {
    // Node's own limit of memory, 32 MiB, is what 128 · N · r comes to here; it wants a little more.
    return await deriveKey(passphrase.normalize('NFKC'), salt, 32, {
      N: 2 ** log2N,
      r,
      p,
      maxmem: 256 * 2 ** log2N * r,
    });
  } catch {
    throw unreadable('the state file is damaged: its costs are not those of scrypt');
  }
}

function newHead(entropy: Entropy): Buffer {
  return Buffer.concat([MAGIC, Uint8Array.of(COSTS.log2N, COSTS.r, COSTS.p), entropy.draw(SALT_OCTETS)]);
}

function readCosts(octets: Buffer): Costs {
  const [log2N = 0, r = 0, p = 0] = octets.subarray(MAGIC.length);
  const known =
    octets.length >= HEAD_OCTETS + NONCE_OCTETS + TAG_OCTETS && octets.subarray(0, MAGIC.length).equals(MAGIC);
  if (!known) throw unreadable('the state file is damaged or of another version');
  if (log2N < 1 || log2N > MAX_LOG2_N || r < 1 || r > MAX_R || p < 1 || p > MAX_P || 2 ** log2N * r * p > MAX_WORK)
    throw unreadable('the state file is damaged: it asks for more work than a passphrase is worth');
  return { log2N, r, p };
}

function unreadable(message: string): MdtError {
  return new MdtError('MDT_STATE', message, { field: '/passphrase' });
}
