/** vectors/log-promise.json: promises that an entry is in a log (spec 8.2, MDT-LOG-104). */
import type { LogPromise, VectorFile } from '../../reference/gen/schemas.ts';
import { leafHash } from '../../conformance/oracle/log-tree.ts';
import { ENTITY_ID, entriesFrom, LOG_KEY, promiseHash, promiseOf, signEd25519 } from './example-activity.ts';
import { digestOf, ed25519Key, signWithTorsion, withGreatS } from './keys.ts';
import { rfc3339 } from './recorded-headers.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'signed with noble-curves; Ed25519 is deterministic, so OpenSSL gives the same octets';
const REQUIREMENTS: ['MDT-LOG-104', 'MDT-LOG-003'] = ['MDT-LOG-104', 'MDT-LOG-003'];

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'log-promise',
    source: SOURCE,
    header: ['log-promise: verify a promise by `keys.log`; `hash` are the 32 octets that it signs.'],
    notes: {
      Signed: { bugType: 'BASIC', description: 'A promise as a subject is given it.' },
      Number: { bugType: 'RANGE', description: 'Numbers of 8 octets, of which JSON can say 2^53 − 1.' },
      Changed: { bugType: 'AUTHENTICATION', description: 'Right but for one member.' },
      Equation: {
        bugType: 'MALLEABILITY',
        description: 'Right by another equation, or another range of S, than that of 8.2.',
      },
      Signature: { bugType: 'AUTHENTICATION', description: 'Another key, another message, other octets.' },
    },
  })
    .group({ type: 'log-promise', source: SOURCE }, promises)
    .build();
}

function promises(group: GroupBuilder): void {
  const known = { entity_id: ENTITY_ID.toString('hex'), log_key: LOG_KEY };
  const time = 1_767_312_000;
  const [entry = Buffer.alloc(0)] = entriesFrom(time, 1);
  const keeps = (comment: string, promise: LogPromise, flag: string): void =>
    group.valid(
      { comment, flags: [flag], requirements: REQUIREMENTS, input: { ...known, promise } },
      {
        hash: promiseHash(
          Buffer.from(promise.leaf_hash, 'hex'),
          promise.index,
          Date.parse(promise.time) / 1000,
        ).toString('hex'),
      },
    );
  const refused = (comment: string, promise: LogPromise, flag: string, input: object = known): void =>
    group.invalid(
      { comment, flags: [flag], requirements: REQUIREMENTS, input: { ...input, promise } },
      'MDT_LOG_PROMISE',
    );
  const right = promiseOf(entry, 7, time);
  keeps('entry 7', right, 'Signed');
  keeps('the first entry', promiseOf(entry, 0, time), 'Number');
  keeps('an index of more than 32 bits', promiseOf(entry, 2 ** 32 + 1, time), 'Number');
  keeps('the greatest index', promiseOf(entry, Number.MAX_SAFE_INTEGER, time), 'Number');
  keeps('in 1970', promiseOf(entry, 7, 0), 'Number');
  keeps('after 2038', promiseOf(entry, 7, 2 ** 32), 'Number');

  refused('another leaf', { ...right, leaf_hash: digestOf('another leaf').toString('hex') }, 'Changed');
  refused('another index', { ...right, index: 8 }, 'Changed');
  refused('a second later', { ...right, time: rfc3339(time + 1) }, 'Changed');
  refused('of another entity', right, 'Changed', { ...known, entity_id: '00'.repeat(32) });
  refused('by another key', promiseOf(entry, 7, time, 'other'), 'Signature');
  refused('read by another key', right, 'Signature', { ...known, log_key: ed25519Key('other') });
  const leaf = leafHash(entry);
  const signed = (message: Uint8Array): LogPromise => ({ ...right, signature: signEd25519(message).toString('hex') });
  refused('the leaf hash is signed alone', signed(leaf), 'Signature');
  refused('without the tag', signed(untagged(leaf, 7, time)), 'Signature');
  refused('index and time the other way round', signed(promiseHash(leaf, time, 7)), 'Signature');
  refused('time in milliseconds', signed(promiseHash(leaf, 7, time * 1000)), 'Signature');
  const hash = promiseHash(leaf, 7, time);
  const given = (signature: Buffer): LogPromise => ({ ...right, signature: signature.toString('hex') });
  refused('R with a part of order 8', given(signWithTorsion(hash, 'log')), 'Equation');
  refused('S above the order of the group', given(withGreatS(signEd25519(hash))), 'Equation');
  refused('zeros', { ...right, signature: '00'.repeat(64) }, 'Signature');
  const octets = Buffer.from(right.signature, 'hex');
  octets[0] = (octets[0] ?? 0) ^ 1;
  refused('a bit of the signature', { ...right, signature: octets.toString('hex') }, 'Signature');
}

function untagged(leaf: Buffer, index: number, time: number): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(index));
  numbers.writeBigUInt64BE(BigInt(time), 8);
  return Buffer.concat([ENTITY_ID, leaf, numbers]);
}
