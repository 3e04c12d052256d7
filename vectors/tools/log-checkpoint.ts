/** vectors/log-checkpoint.json: signed notes, and checkpoints of an entity's log (spec 8.4, MDT-LOG-101). */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { treeRoot } from '../../conformance/oracle/log-tree.ts';
import {
  checkpointOf,
  checkpointText,
  ENTITY_ID,
  entriesFrom,
  hashesOf,
  LOG_KEY,
  ORIGIN,
  signatureLine,
} from './example-activity.ts';
import { ed25519Key, signWithTorsion } from './keys.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'signed with noble-curves; Ed25519 is deterministic, so OpenSSL gives the same octets';
const REQUIREMENTS: ['MDT-LOG-101'] = ['MDT-LOG-101'];
const hex = (text: string): string => Buffer.from(text).toString('hex');

const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const PETER = {
  name: 'PeterNeumann',
  public_key: '1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6',
};
const ENOCH = { name: 'EnochRoot', public_key: '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29' };
const FOO = {
  name: 'example.com/foo',
  public_key: 'e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4',
};
const FOO_TEXT = 'This is an example message.\n';
const FOO_LINE =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

/** The example's log with 33 entries. */
const LEAVES = hashesOf(entriesFrom(1_767_225_600, 33));

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'log-checkpoint',
    source: SOURCE,
    header: [
      'signed-note: the text of a C2SP signed note that has a signature by a key under a name, and no wrong one by it.',
      'log-checkpoint: size and root in a checkpoint of the log of an entity, signed by its `keys.log`.',
      'Notes are given as octets, because what is refused may be no text.',
    ],
    notes: {
      Official: { bugType: 'BASIC', description: 'A note that its authors published, with its key.' },
      Signature: { bugType: 'AUTHENTICATION', description: 'Who signed, under which name, and what.' },
      Witness: { bugType: 'MISSING_STEP', description: 'Signatures by others stand beside and are ignored.' },
      Form: { bugType: 'CANONICALIZATION', description: 'Octets that are no note, or no checkpoint.' },
      Origin: { bugType: 'CONFUSION', description: 'A checkpoint of another log.' },
      Extension: { bugType: 'CONFUSION', description: 'A line that readers overlook.' },
    },
  })
    .group(
      {
        type: 'signed-note',
        source: 'https://github.com/C2SP/C2SP/blob/main/signed-note.md, https://pkg.go.dev/golang.org/x/mod/sumdb/note',
        license: 'BSD-3-Clause AND CC-BY-4.0',
        official: true,
      },
      published,
    )
    .group({ type: 'signed-note', source: 'the published notes, each with one thing wrong' }, wrongNotes)
    .group({ type: 'log-checkpoint', source: SOURCE }, checkpoints)
    .build();
}

function published(group: GroupBuilder): void {
  const opens = (comment: string, note: string, key: typeof PETER, text: string): void =>
    group.valid(
      { comment, flags: ['Official'], requirements: REQUIREMENTS, input: { note: hex(note), ...key } },
      { text: hex(text) },
    );
  opens("the note of Go's package", `${TEXT}\n${PETER_LINE}`, PETER, TEXT);
  opens('two signatures, the first one asked about', `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, PETER, TEXT);
  opens('two signatures, the second one asked about', `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, ENOCH, TEXT);
  opens('the note of C2SP', `${FOO_TEXT}\n${FOO_LINE}`, FOO, FOO_TEXT);
}

function wrongNotes(group: GroupBuilder): void {
  const refused = (comment: string, note: string, kind = 'Form'): void =>
    group.invalid(
      { comment, flags: [kind], requirements: REQUIREMENTS, input: { note: hex(note), ...PETER } },
      'MDT_LOG_CHECKPOINT',
    );
  refused('signed by somebody else alone', `${TEXT}\n${ENOCH_LINE}`, 'Signature');
  refused('another text', `${TEXT.replace('answer', 'problem')}\n${PETER_LINE}`, 'Signature');
  refused('no signature', `${TEXT}\n`);
  refused('no empty line', `${TEXT}${PETER_LINE}`);
  refused('no line feed at its end', `${TEXT}\n${PETER_LINE.slice(0, -1)}`);
  refused('a hyphen in the place of the dash', `${TEXT}\n${PETER_LINE.replace('—', '-')}`);
  refused('a signature that is no base64', `${TEXT}\n${PETER_LINE.replace('x08g', 'x08!')}`);
  refused('a signature of three octets', `${TEXT}\n— PeterNeumann x08g\n`);
  refused('a tabulator in the text', `${TEXT.replace(' ', '\t')}\n${PETER_LINE}`);
}

function checkpoints(group: GroupBuilder): void {
  const known = { entity_id: ENTITY_ID.toString('hex'), log_key: LOG_KEY };
  const reads = (comment: string, note: string, size: number, flag: string): void =>
    group.valid(
      { comment, flags: [flag], requirements: REQUIREMENTS, input: { checkpoint: hex(note), ...known } },
      { tree_size: size, root: treeRoot(LEAVES.slice(0, size)).toString('hex') },
    );
  const refused = (comment: string, note: string | Buffer, flag: string, input: object = known): void =>
    group.invalid(
      {
        comment,
        flags: [flag],
        requirements: REQUIREMENTS,
        input: { checkpoint: Buffer.from(note).toString('hex'), ...input },
      },
      'MDT_LOG_CHECKPOINT',
    );
  const root = treeRoot(LEAVES);
  const text = checkpointText(33, root);
  const own = signatureLine(text, ORIGIN);
  const witness = signatureLine(text, 'witness.example.org', 'witness');
  const signed = (body: string): string => `${body}\n${signatureLine(body, ORIGIN)}`;
  const lines = (size: string, hash = root.toString('base64')): string => signed(`${ORIGIN}\n${size}\n${hash}\n`);

  reads('33 entries', checkpointOf(LEAVES), 33, 'Form');
  reads('no entries', checkpointOf([]), 0, 'Form');
  reads('a witness after it', `${text}\n${own}${witness}`, 33, 'Witness');
  reads('a witness before it', `${text}\n${witness}${own}`, 33, 'Witness');
  reads(
    'another type of signature by the same name',
    `${text}\n${signatureLine(text, ORIGIN, 'log', 4)}${own}`,
    33,
    'Witness',
  );
  reads(
    'a key that is no more under the same name',
    `${text}\n${signatureLine(text, ORIGIN, 'old')}${own}`,
    33,
    'Witness',
  );

  const strangers = (count: number): string => '— w AAAAAAA=\n'.repeat(count);
  reads('100 signatures', `${text}\n${strangers(99)}${own}`, 33, 'Witness');
  reads('a name with U+FEFF, which is no space', `${text}\n— w\ufeffw AAAAAAA=\n${own}`, 33, 'Witness');
  refused('101 signatures', `${text}\n${strangers(100)}${own}`, 'Form');
  refused('a name with U+0085, which is a space', `${text}\n— w\u0085w AAAAAAA=\n${own}`, 'Form');
  const twisted = changedLine(own, (octets) =>
    Buffer.concat([octets.subarray(0, 4), signWithTorsion(Buffer.from(text), 'log')]),
  );
  refused('R with a part of order 8', `${text}\n${twisted}`, 'Signature');
  refused('signed by another key', `${text}\n${signatureLine(text, ORIGIN, 'other')}`, 'Signature');
  refused('signed by a witness alone', `${text}\n${witness}`, 'Signature');
  refused('signed under another name', `${text}\n${signatureLine(text, 'log.example.org')}`, 'Signature');
  refused('the signature of another size', `${checkpointText(34, root)}\n${own}`, 'Signature');
  refused('one right signature and a wrong one of the same key', `${text}\n${own}${wrongLine(own)}`, 'Signature');
  refused('a signature cut by an octet', `${text}\n${shortLine(own)}`, 'Signature');
  refused('not signed', `${text}\n`, 'Form');
  const other = `milagro.invalid/mdt/${'00'.repeat(32)}`;
  const elsewhere = checkpointText(33, root, other);
  refused('of another entity', `${elsewhere}\n${signatureLine(elsewhere, other)}`, 'Origin');
  refused(
    'of another entity under the name of this one',
    `${elsewhere}\n${signatureLine(elsewhere, ORIGIN)}`,
    'Origin',
  );
  const host = checkpointText(33, root, 'dta.example.org/milagro/v1/log');
  refused('named by its place', `${host}\n${signatureLine(host, ORIGIN)}`, 'Origin');
  refused('with an extension line', signed(`${text}seen 2026-01-02\n`), 'Extension');
  refused('with an empty line', signed(`${text}\n`), 'Extension');
  refused('two lines', signed(`${ORIGIN}\n33\n`), 'Form');
  refused('a size with a leading zero', lines('033'), 'Form');
  refused('a negative size', lines('-1'), 'Form');
  refused('a size with a sign', lines('+33'), 'Form');
  refused('a size above 2^53 − 1', lines('9007199254740992'), 'Form');
  refused('a root of 31 octets', lines('33', root.subarray(1).toString('base64')), 'Form');
  refused('a root without padding', lines('33', root.toString('base64').replace('=', '')), 'Form');
  refused('a root in hexadecimal', lines('33', root.toString('hex')), 'Form');
  refused('not UTF-8', Buffer.from(signed(text).replace('33', '3\u00ff'), 'latin1'), 'Form');
  refused('line ends of another system', signed(text).replaceAll('\n', '\r\n'), 'Form');
  refused('nothing', '', 'Form');
  refused('right, and read by another key', checkpointOf(LEAVES), 'Signature', {
    ...known,
    log_key: ed25519Key('other'),
  });
}

/** The same line with the last octet of its signature changed. */
function wrongLine(line: string): string {
  return changedLine(line, (octets) => {
    octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1;
    return octets;
  });
}

function shortLine(line: string): string {
  return changedLine(line, (octets) => octets.subarray(0, -1));
}

function changedLine(line: string, change: (octets: Buffer) => Buffer): string {
  const [dash, name, encoded = ''] = line.trimEnd().split(' ');
  return `${dash ?? ''} ${name ?? ''} ${change(Buffer.from(encoded, 'base64')).toString('base64')}\n`;
}
