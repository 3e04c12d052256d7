/** PATs of the kit: statements and their signatures, right and wrong, all from the seed. */
import type { PatStatement } from '../../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from '../../oracle/digest.ts';
import { leafHash } from '../../oracle/log-tree.ts';
import { statementPreimage } from '../../oracle/registration.ts';
import { pointOf, signHash } from '../../oracle/signature.ts';
import type { SeededRandom } from '../random.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF = 32;

/** A block by height and hash. */
interface BlockPlace {
  readonly height: number;
  readonly hash: string;
}

export interface Stated {
  readonly statement: PatStatement;
  /** Canonical. */
  readonly octets: Buffer;
  readonly signature: Buffer;
}

/** What `label` states, signed; `freshness` is the block that it names. */
export function stated(
  random: SeededRandom,
  label: string,
  { genesis, freshness }: { readonly genesis: string; readonly freshness: BlockPlace },
): Stated {
  const key = random.octets(`key of the PAT ${label}`);
  const statement: PatStatement = {
    type: 'milagro-pat-statement',
    spec: '1.0',
    chain: { genesis, header_format: 'sha256d-80', checkpoint: { height: 0, hash: genesis } },
    created: `${new Date().toISOString().slice(0, 19)}Z`,
    freshness: { ...freshness },
    subject_key: pointOf(key).toString('hex'),
    statement_digest: random.hex(`what ${label} states`, HALF),
  };
  const signature = signHash(sha256(statementPreimage(statement)), key);
  return { statement, octets: canonicalOctets(statement), signature };
}

/** The other signature that verifies, which anybody can make of the one with a low s. */
export function withHighS(signature: Buffer): Buffer {
  const s = ORDER - BigInt(`0x${signature.subarray(HALF).toString('hex')}`);
  return Buffer.concat([signature.subarray(0, HALF), Buffer.from(s.toString(16).padStart(2 * HALF, '0'), 'hex')]);
}

/** The 129 octets of 10.2. */
export function leafOf({ statement, octets, signature }: Stated): Buffer {
  return Buffer.concat([Buffer.from(statement.subject_key, 'hex'), sha256(octets), signature]);
}

/** `registration_id`, hexadecimal. */
export function registrationId(one: Stated): string {
  return leafHash(leafOf(one)).toString('hex');
}
