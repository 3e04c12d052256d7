/** What holds of every Birth Record, a first one or a successor: each function looks at one record. `place` is its JSON pointer. */
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { refuseMasterPop, refuseMasterPublicKey } from '../oracle/bls.ts';
import { sha256 } from '../oracle/digest.ts';
import { Refusal } from '../oracle/refusal.ts';
import { publicKey } from '../oracle/signature.ts';
import { hex, text, type LooseRecord } from './hosted-view.ts';

export interface PlacedRecord {
  readonly record: LooseRecord;
  readonly place: string;
}

/** On regtest `http` is allowed for a private or loopback host. */
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])/;

/** MDT-REC-001 */
export function isValidRecord({ record, place }: PlacedRecord): void {
  const fault = schemaFault('birth-record', record);
  holds(fault === undefined, 'the record is not valid', {
    expected: 'no fault',
    got: fault && `${fault.field} ${fault.message}`,
    ...(fault && { field: `${place}${fault.field}` }),
  });
}

/** MDT-REC-005 */
export function issuerIs({ record, place }: PlacedRecord, configured: string): void {
  const issuer = text(record.issuer, `${place}/issuer`);
  const plain = !issuer.includes('?') && !issuer.includes('#');
  const allowed =
    issuer.startsWith('https://') ||
    (issuer.startsWith('http://') && PRIVATE_HOST.test(issuer.slice('http://'.length)));
  holds(plain && allowed, 'the issuer is of another form', {
    expected: 'https, or http with a loopback host',
    got: issuer,
    field: `${place}/issuer`,
  });
  equal(issuer, configured, 'the issuer', `${place}/issuer`);
}

/** MDT-REC-006, MDT-REC-007 */
export function namesPlaceOf(
  resource: 'birth_record' | 'metadata',
  path: string,
  { record, place }: PlacedRecord,
): void {
  const { issuer, services } = record;
  equal(services?.[resource], `${issuer ?? ''}${path}`, `services.${resource}`, `${place}/services/${resource}`);
}

/** MDT-REC-008 */
export function keysArePoints(placed: PlacedRecord): void {
  for (const name of ['anchor', 'status'] as const) {
    const key = keyOf(placed, name);
    const refusal = refusalOf(() => publicKey(key));
    holds(refusal === undefined, `keys.${name} is no such key`, {
      expected: 'a compressed point of secp256k1',
      got: key.toString('hex'),
      field: `${placed.place}/keys/${name}`,
    });
  }
}

/** MDT-REC-008 */
export function keysDiffer(placed: PlacedRecord): void {
  const [anchor, status, next] = [keyOf(placed, 'anchor'), keyOf(placed, 'status'), keyOf(placed, 'next_anchor_hash')];
  const hashes = [sha256(anchor), sha256(status), next].map((hash) => hash.toString('hex'));
  equal(new Set(hashes).size, 3, 'the number of different keys', `${placed.place}/keys`);
}

/** MDT-REC-009 */
export function hasTwoEd25519Keys(placed: PlacedRecord): void {
  const [log, directory] = [keyOf(placed, 'log'), keyOf(placed, 'directory')];
  for (const [name, key] of Object.entries({ log, directory })) {
    holds(key.length === 32 && isEd25519(key), `keys.${name} is no Ed25519 key`, {
      expected: 'a point of edwards25519',
      got: key.toString('hex'),
      field: `${placed.place}/keys/${name}`,
    });
  }
  holds(!log.equals(directory), 'the two keys are one', {
    expected: 'two keys',
    got: log.toString('hex'),
    field: `${placed.place}/keys/directory`,
  });
}

/** MDT-REC-010 */
export async function masterKeyIsOfSubgroup({ record, place }: PlacedRecord): Promise<void> {
  const octets = hex(record.master_public_key, `${place}/master_public_key`);
  const refusal = await refusalOfAsync(refuseMasterPublicKey(octets));
  holds(refusal === undefined, 'the master public key is no such point', {
    expected: 'a point of the subgroup',
    got: refusal?.message,
    field: `${place}/master_public_key`,
  });
}

/** MDT-REC-011 */
export async function possessionIsProven(placed: PlacedRecord): Promise<void> {
  const { record, place } = placed;
  const mpk = hex(record.master_public_key, `${place}/master_public_key`);
  if (await refusalOfAsync(refuseMasterPublicKey(mpk)))
    throw new Untestable('the master public key is no point (MDT-REC-010)');
  const pop = hex(record.master_pop, `${place}/master_pop`);
  const refusal = await refusalOfAsync(refuseMasterPop(mpk, keyOf(placed, 'anchor'), pop));
  holds(refusal === undefined, 'the proof of possession does not verify', {
    expected: 'e(pop, G2) = e(H1′, mpk)',
    got: refusal?.message,
    field: `${place}/master_pop`,
  });
}

/** MDT-REC-013 */
export function policyIs({ record, place }: PlacedRecord, configured: object): void {
  equal({ ...record.policy }, { ...configured }, 'policy', `${place}/policy`);
}

type KeyName = 'anchor' | 'next_anchor_hash' | 'log' | 'directory' | 'status';

function keyOf({ record, place }: PlacedRecord, name: KeyName): Buffer {
  return hex(record.keys?.[name], `${place}/keys/${name}`);
}

function refusalOf(attempt: () => unknown): Refusal | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function refusalOfAsync(attempt: Promise<void>): Promise<Refusal | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Whether 32 octets are a point of edwards25519 (RFC 8032, 5.1.3): y below p, and x recoverable. */
function isEd25519(octets: Buffer): boolean {
  const p = 2n ** 255n - 19n;
  const d = -121665n * inverse(121666n, p);
  const little = BigInt(`0x${Buffer.from(octets).reverse().toString('hex')}`);
  const y = little & (2n ** 255n - 1n);
  if (y >= p) return false;
  const mod = (value: bigint): bigint => ((value % p) + p) % p;
  const xx = mod((y * y - 1n) * inverse(mod(d * y * y + 1n), p));
  return xx === 0n ? little >> 255n === 0n : power(xx, (p - 1n) / 2n, p) === 1n;
}

function inverse(value: bigint, p: bigint): bigint {
  return power(value, p - 2n, p);
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = ((base % p) + p) % p;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
