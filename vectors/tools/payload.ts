/** vectors/payload.json: payloads of every kind, the script that carries them, and the outputs it stands among (spec 2.1). */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const MARKER = Buffer.from('Milagro D-TA').toString('hex');
const DIGEST = '11'.repeat(32);
const ENTITY = '22'.repeat(32);
const SOURCE = 'written from the table of spec 2.1';
const P2WPKH = `0014${'33'.repeat(20)}`;

const text = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('hex');
const birth = (role: string, hint = ''): string => `${MARKER}0101${role}${DIGEST}${text(hint)}`;
const octet = (value: number): string => value.toString(16).padStart(2, '0');
/** OP_RETURN with a push in its shortest form, for 2 to 80 octets. */
const script = (payload: string): string =>
  `6a${payload.length / 2 > 75 ? '4c' : ''}${octet(payload.length / 2)}${payload}`;

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'payload',
    source: 'written by hand from spec 2.1; no codec was used',
    header: [
      'payload-decode: what the payload says, or the refusal. An experimental kind is read and ignored.',
      'op-return-script: the octets that the script pushes, or the refusal.',
      'op-return-outputs: the index of the one OP_RETURN output among the scripts of a transaction, or the refusal.',
    ],
    notes: {
      Boundary: { bugType: 'EDGE_CASE', description: 'The shortest or longest form, or one octet beyond it.' },
      Truncated: { bugType: 'LENGTH', description: 'Ends before a field does.' },
      ForeignProtocol: {
        bugType: 'CONFUSION',
        description: 'OP_RETURN data of another protocol, or of the proposal that this one grew from.',
      },
      HostHint: {
        bugType: 'INJECTION',
        description: 'A host hint leads a scanner to an address; what is no host is refused.',
      },
      NonMinimalPush: {
        bugType: 'MALLEABILITY',
        description: 'Nodes relay the longer form, so two scripts would carry one payload.',
      },
      SecondOutput: {
        bugType: 'AMBIGUITY',
        description: 'With two OP_RETURN outputs two readers may read two payloads.',
      },
      Experimental: { bugType: 'FORWARD_COMPATIBILITY', description: 'Kinds 80 to ff are ignored, whatever follows.' },
    },
  })
    .group({ type: 'payload-decode', source: SOURCE }, decoded)
    .group({ type: 'payload-decode', source: SOURCE }, refused)
    .group({ type: 'op-return-script', source: SOURCE }, scripts)
    .group({ type: 'op-return-outputs', source: SOURCE }, outputs)
    .build();
}

/** The reader's rules that a payload is the positive control of. */
function controls(payload: string): string[] {
  const every = ['MDT-ANC-103', 'MDT-ANC-104'];
  const kind = Number.parseInt(payload.slice(26, 28), 16);
  if (kind >= 0x80) return every;
  const known = [...every, 'MDT-ANC-105', 'MDT-ANC-107'];
  return kind === 0x01 ? [...known, 'MDT-ANC-108', 'MDT-ANC-109'] : known;
}

function decoded(group: GroupBuilder): void {
  const accept = (
    comment: string,
    payload: string,
    expected: Record<string, unknown>,
    requirement = 'MDT-ANC-007',
    flags: string[] = [],
  ): void =>
    group.valid({ comment, flags, requirements: [requirement, ...controls(payload)], input: { payload } }, expected);
  for (const [role, name] of [
    ['01', 'dta'],
    ['02', 'idp'],
    ['03', 'relay'],
  ] as const) {
    accept(
      `BIRTH of a ${name}`,
      birth(role),
      { kind: 'BIRTH', role: name, digest: DIGEST, host_hint: '' },
      'MDT-ANC-005',
      ['Boundary'],
    );
  }
  const hints = [
    'dta.example.org',
    'localhost',
    'a',
    'a-b.c-d',
    'xn--bcher-kva.example',
    '127.0.0.1',
    '127.0.0.1:8443',
    '0.0.0.0',
    '255.255.255.255:65535',
    'dta.example.org:1',
    '1a',
    '1.2.3.4a',
    '3com.example',
    'a'.repeat(33),
    `${'a'.repeat(27)}:65535`,
    'a--b.example',
  ];
  for (const hint of hints) {
    accept(
      `host hint ${hint}`,
      birth('01', hint),
      { kind: 'BIRTH', role: 'dta', digest: DIGEST, host_hint: hint },
      'MDT-ANC-006',
      ['HostHint'],
    );
  }
  for (const [kind, name] of [
    ['02', 'STATUS'],
    ['03', 'ACTIVITY_ROOT'],
    ['04', 'SUCCESSOR'],
    ['05', 'RETIRE'],
  ] as const) {
    accept(name, `${MARKER}01${kind}${DIGEST}${ENTITY}`, { kind: name, digest: DIGEST, entity_id: ENTITY });
  }
  accept(
    'PAT_SIGNATURE',
    `${MARKER}0110${DIGEST}${ENTITY}`,
    { kind: 'PAT_SIGNATURE', signature: DIGEST + ENTITY },
    'MDT-ANC-004',
  );
  accept(
    'PAT_BATCH',
    `${MARKER}0111${DIGEST}00000201`,
    { kind: 'PAT_BATCH', root: DIGEST, leaf_count: 513 },
    'MDT-ANC-004',
  );
  accept(
    'PAT_BATCH, greatest count',
    `${MARKER}0111${DIGEST}ffffffff`,
    { kind: 'PAT_BATCH', root: DIGEST, leaf_count: 4294967295 },
    'MDT-ANC-004',
    ['Boundary'],
  );
  for (const [comment, payload] of [
    ['kind 80 without body', `${MARKER}0180`],
    ['kind ff without body', `${MARKER}01ff`],
    ['kind 80 with a body of 66 octets', `${MARKER}0180${'00'.repeat(66)}`],
    ['kind c0 with a body like that of a STATUS', `${MARKER}01c0${DIGEST}${ENTITY}`],
  ] as const) {
    accept(comment, payload, { kind: 'EXPERIMENTAL' }, 'MDT-ANC-106', ['Experimental']);
  }
}

function refused(group: GroupBuilder): void {
  const refuse = (code: string, requirement: string, flag: string, cases: Record<string, string>): void => {
    for (const [comment, payload] of Object.entries(cases)) {
      group.invalid({ comment, flags: [flag], requirements: [requirement], input: { payload } }, code);
    }
  };
  refuse('MDT_PAYLOAD_MARKER', 'MDT-ANC-103', 'ForeignProtocol', {
    DOCPROOF: `444f4350524f4f46${DIGEST}`,
    'marker in other case': `${text('MILAGRO D-TA')}010101${DIGEST}`,
    'marker with a no-break hyphen': `${text('Milagro D\xad')}5441010101${DIGEST}`,
    'marker one octet in': `00${birth('01')}`,
    'last bit of the marker flipped': `${MARKER.slice(0, -2)}40010101${DIGEST}`,
  });
  refuse('MDT_PAYLOAD_MARKER', 'MDT-ANC-103', 'Truncated', {
    'eleven octets of the marker': MARKER.slice(0, -2),
    'one octet': '4d',
  });
  refuse('MDT_PAYLOAD_VERSION', 'MDT-ANC-104', 'Boundary', {
    'version 00': `${MARKER}000101${DIGEST}`,
    'version 02': `${MARKER}020101${DIGEST}`,
    'version ff with an experimental kind': `${MARKER}ff80`,
  });
  refuse('MDT_PAYLOAD_VERSION', 'MDT-ANC-104', 'Truncated', { 'ends after the marker': MARKER });
  refuse('MDT_PAYLOAD_KIND', 'MDT-ANC-105', 'Boundary', {
    'kind 00': `${MARKER}0100${DIGEST}${ENTITY}`,
    'kind 06': `${MARKER}0106${DIGEST}${ENTITY}`,
    'kind 0f': `${MARKER}010f${DIGEST}${ENTITY}`,
    'kind 12': `${MARKER}0112${DIGEST}${ENTITY}`,
    'kind 7f': `${MARKER}017f${DIGEST}${ENTITY}`,
  });
  refuse('MDT_PAYLOAD_KIND', 'MDT-ANC-105', 'Truncated', { 'ends after the version': `${MARKER}01` });
  refuse('MDT_PAYLOAD_LENGTH', 'MDT-ANC-107', 'Truncated', {
    'BIRTH without body': `${MARKER}0101`,
    'BIRTH, digest one octet short': birth('01').slice(0, -2),
    'STATUS, one octet short': `${MARKER}0102${DIGEST}${ENTITY.slice(2)}`,
    'STATUS with a digest only': `${MARKER}0102${DIGEST}`,
    'RETIRE without body': `${MARKER}0105`,
    'PAT_SIGNATURE, one octet short': `${MARKER}0110${DIGEST}${ENTITY.slice(2)}`,
    'PAT_BATCH without count': `${MARKER}0111${DIGEST}`,
  });
  refuse('MDT_PAYLOAD_LENGTH', 'MDT-ANC-107', 'Boundary', {
    'BIRTH, a host hint of 34 octets': birth('01', 'a'.repeat(34)),
    'ACTIVITY_ROOT, one octet over': `${MARKER}0103${DIGEST}${ENTITY}00`,
    'SUCCESSOR with a role octet': `${MARKER}010401${DIGEST}${ENTITY}`,
    'PAT_BATCH, a count of 8 octets': `${MARKER}0111${DIGEST}0000000000000201`,
  });
  refuse('MDT_PAYLOAD_ROLE', 'MDT-ANC-108', 'Boundary', {
    'role 00': birth('00'),
    'role 04': birth('04'),
    'role ff': birth('ff'),
  });
  const hints = {
    'upper case': 'DTA.example',
    'a scheme': 'https://dta.example',
    'a path': 'dta.example/a',
    'user info': 'u@dta.example',
    'a port of 0': 'dta.example:0',
    'a port of 65536': 'dta.example:65536',
    'a port with a leading zero': 'dta.example:0443',
    'a colon without port': 'dta.example:',
    'a port alone': ':443',
    'an empty label': 'dta..example',
    'a dot at the end': 'dta.example.',
    'a dot at the start': '.example',
    'a hyphen at the start of a label': '-a.example',
    'a hyphen at the end of a label': 'a-.example',
    'an underscore': 'a_b.example',
    'a space': 'a b',
    'a line feed at the end': 'dta.example\n',
    'an octet of zero': 'a\0b',
    'Latin-1': 'b\xfccher.example',
    'IPv4 with a leading zero': '127.0.0.01',
    'IPv4 with 256': '1.2.3.256',
    'IPv4 of three numbers': '127.0.1',
    'a number': '2130706433',
    'a last label of digits': 'dta.example.1',
    'hexadecimal IPv4 whose last label is a number': '0x7f.0.0.1',
    IPv6: '[::1]',
    'IPv6 without brackets': '::1',
  };
  refuse(
    'MDT_PAYLOAD_HOST_HINT',
    'MDT-ANC-109',
    'HostHint',
    Object.fromEntries(Object.entries(hints).map(([comment, hint]) => [comment, birth('01', hint)])),
  );
}

function scripts(group: GroupBuilder): void {
  const accept = (comment: string, payload: string, flags: string[] = []): void =>
    group.valid(
      { comment, flags, requirements: ['MDT-ANC-002', 'MDT-ANC-102'], input: { script: script(payload) } },
      { payload },
    );
  accept('a BIRTH without hint: 47 octets, pushed by 2f', birth('01'));
  accept('75 octets, the longest direct push', '00'.repeat(75), ['Boundary']);
  accept('76 octets, the shortest OP_PUSHDATA1', '00'.repeat(76), ['Boundary']);
  accept('a STATUS: 78 octets', `${MARKER}0102${DIGEST}${ENTITY}`);
  group.valid(
    {
      comment: 'OP_0, the shortest push of nothing',
      flags: ['Boundary'],
      requirements: ['MDT-ANC-102'],
      input: { script: '6a00' },
    },
    { payload: '' },
  );
  group.valid(
    {
      comment: 'OP_1, the shortest push of 01',
      flags: ['Boundary'],
      requirements: ['MDT-ANC-102'],
      input: { script: '6a51' },
    },
    { payload: '01' },
  );
  accept('80 octets', birth('01', 'a'.repeat(33)), ['Boundary']);
  const refuse = (flag: string, cases: Record<string, string>): void => {
    for (const [comment, refusedScript] of Object.entries(cases)) {
      group.invalid(
        { comment, flags: [flag], requirements: ['MDT-ANC-102'], input: { script: refusedScript } },
        'MDT_PUSH',
      );
    }
  };
  const payload = birth('01');
  refuse('NonMinimalPush', {
    'OP_PUSHDATA1 for 47 octets': `6a4c2f${payload}`,
    'OP_PUSHDATA2 for 47 octets': `6a4d2f00${payload}`,
    'OP_PUSHDATA4 for 47 octets': `6a4e2f000000${payload}`,
    'OP_PUSHDATA2 for 78 octets': `6a4d4e00${MARKER}0102${DIGEST}${ENTITY}`,
    'OP_PUSHDATA1 for 75 octets': `6a4c4b${'00'.repeat(75)}`,
    'a direct push of 01, which OP_1 pushes': '6a0101',
    'a direct push of 81, which OP_1NEGATE pushes': '6a0181',
  });
  refuse('Boundary', { '81 octets': `6a4c51${'00'.repeat(81)}`, 'OP_PUSHDATA1 of nothing': '6a4c00' });
  refuse('Truncated', {
    'OP_RETURN alone': '6a',
    'a push that ends early': script(payload).slice(0, -2),
    'OP_PUSHDATA1 without length': '6a4c',
  });
  refuse('SecondOutput', {
    'two pushes': `${script(payload)}${script(payload).slice(2)}`,
    'a push and an octet more': `${script(payload)}00`,
    'OP_RETURN twice': `6a${script(payload)}`,
    'OP_RESERVED, which pushes nothing': '6a50',
    'an opcode that is no push': '6a61',
  });
}

function outputs(group: GroupBuilder): void {
  const anchor = script(birth('01'));
  const accept = (comment: string, list: string[], vout: number): void =>
    group.valid({ comment, requirements: ['MDT-ANC-001', 'MDT-ANC-101'], input: { scripts: list } }, { vout });
  accept('OP_RETURN first', [anchor, P2WPKH], 0);
  accept('OP_RETURN last', [P2WPKH, P2WPKH, anchor], 2);
  const refuse = (comment: string, list: string[]): void =>
    group.invalid(
      { comment, flags: ['SecondOutput'], requirements: ['MDT-ANC-101'], input: { scripts: list } },
      'MDT_OP_RETURN_COUNT',
    );
  refuse('none', [P2WPKH]);
  refuse('two', [anchor, P2WPKH, script(birth('02'))]);
  refuse('twice the same', [anchor, anchor]);
  refuse('a second one of another protocol', [anchor, P2WPKH, '6a0444434241']);
  refuse('a second one that pushes nothing', [anchor, '6a']);
  refuse('OP_RETURN not at the beginning of a script', [P2WPKH, '516a']);
}
