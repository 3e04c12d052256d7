/** vectors/locator.json: BIP-136 transaction references (spec 5). */
import { bech32, bech32m } from 'bech32';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const BIP = 'BIP-136, "Test Examples" (https://github.com/bitcoin/bips/blob/master/bip-0136.mediawiki)';
const LIBTXREF =
  'libtxref, the reference implementation that BIP-136 names (https://github.com/dcdpr/libtxref), tests of regtest';

type Network = 'main' | 'test' | 'regtest';
type Place = [height: number, txIndex: number, vout?: number];

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'locator',
    source: 'BIP-136 and its reference implementation for the official groups; the bech32 package for the others',
    header: [
      'txref-encode: the reference of a place, with hyphens as BIP-136 shows it.',
      'txref-decode: the place that a reference of the network names, or the refusal.',
    ],
    notes: {
      Official: { bugType: 'BASIC', description: 'A fact taken over from the list of its group.' },
      Formatting: {
        bugType: 'PARSER_DIFFERENTIAL',
        description: 'BIP-136: what is not of the alphabet after the separator is there for the eye and is left out.',
      },
      Checksum: { bugType: 'INTEGRITY', description: 'The Bech32m checksum does not hold.' },
      Bech32: {
        bugType: 'LEGACY',
        description: 'Bech32 instead of Bech32m. BIP-136 lets a parser read it; this specification does not.',
      },
      Length: { bugType: 'LENGTH', description: 'Another number of 5-bit groups than the magic code says.' },
      Magic: { bugType: 'NETWORK_CONFUSION', description: 'Human-readable part or magic code of another network.' },
      Boundary: { bugType: 'EDGE_CASE', description: 'The least or greatest value of a field.' },
    },
  })
    .group({ type: 'txref-encode', source: BIP, license: 'BSD-2-Clause', official: true }, officialEncodings)
    .group({ type: 'txref-decode', source: BIP, license: 'BSD-2-Clause', official: true }, officialDecodings)
    .group({ type: 'txref-encode', source: LIBTXREF, license: 'Apache-2.0', official: true }, regtest)
    .group({ type: 'txref-encode', source: 'a regtest bitcoind of this project' }, ours)
    .group({ type: 'txref-decode', source: 'BIP-136, "Decoding"; made with the bech32 package' }, formatted)
    .group({ type: 'txref-decode', source: 'made with the bech32 package' }, refused)
    .build();
}

const inputOf = (network: Network, [height, txIndex, vout]: Place): Record<string, unknown> => ({
  network,
  height,
  tx_index: txIndex,
  ...(vout !== undefined && { vout }),
});

function encodes(group: GroupBuilder, network: Network, list: Record<string, Place>, flags: string[]): void {
  for (const [txref, place] of Object.entries(list)) {
    group.valid(
      {
        comment: `${network} (${place.join(', ')})`,
        flags,
        requirements: ['MDT-LOC-003'],
        input: inputOf(network, place),
      },
      { txref },
    );
  }
}

const OFFICIAL: [Network, Record<string, Place>][] = [
  [
    'main',
    {
      'tx1:rqqq-qqqq-qwtv-vjr': [0, 0],
      'tx1:rqqq-qqll-lj68-7n2': [0, 0x7fff],
      'tx1:r7ll-llqq-qats-vx9': [0xffffff, 0],
      'tx1:r7ll-llll-lp6m-78v': [0xffffff, 0x7fff],
      'tx1:r29u-mqjx-putt-3p0': [456789, 1234],
      'tx1:yqqq-qqqq-qqqq-rvum-0c': [0, 0, 0],
      'tx1:yqqq-qqll-lqqq-en8x-05': [0, 0x7fff, 0],
      'tx1:y7ll-llqq-qqqq-ggjg-w6': [0xffffff, 0, 0],
      'tx1:y7ll-llll-lqqq-jhf4-wk': [0xffffff, 0x7fff, 0],
      'tx1:yqqq-qqqq-qpqq-pw4v-kq': [0, 0, 1],
      'tx1:yqqq-qqll-lpqq-m3w3-kv': [0, 0x7fff, 1],
      'tx1:y7ll-llqq-qpqq-22ml-hz': [0xffffff, 0, 1],
      'tx1:y7ll-llll-lpqq-s4qz-hw': [0xffffff, 0x7fff, 1],
      'tx1:y29u-mqjx-ppqq-sfp2-tt': [456789, 1234, 1],
    },
  ],
  [
    'test',
    {
      'txtest1:xqqq-qqqq-qrrd-ksa': [0, 0],
      'txtest1:xqqq-qqll-lljx-y35': [0, 0x7fff],
      'txtest1:x7ll-llqq-qsr3-kym': [0xffffff, 0],
      'txtest1:x7ll-llll-lvj6-y9j': [0xffffff, 0x7fff],
      'txtest1:8qqq-qqqq-qqqq-d5ns-vl': [0, 0, 0],
      'txtest1:8qqq-qqll-lqqq-htgd-vn': [0, 0x7fff, 0],
      'txtest1:87ll-llqq-qqqq-xsar-da': [0xffffff, 0, 0],
      'txtest1:87ll-llll-lqqq-u0x7-d3': [0xffffff, 0x7fff, 0],
      'txtest1:8qqq-qqqq-qpqq-0k68-48': [0, 0, 1],
      'txtest1:8qqq-qqll-lpqq-4fp6-4t': [0, 0x7fff, 1],
      'txtest1:87ll-llqq-qpqq-yj55-59': [0xffffff, 0, 1],
      'txtest1:87ll-llll-lpqq-7d0f-5f': [0xffffff, 0x7fff, 1],
      'txtest1:829u-mqjx-ppqq-73wp-gv': [456789, 1234, 1],
    },
  ],
];

function officialEncodings(group: GroupBuilder): void {
  for (const [network, list] of OFFICIAL) encodes(group, network, list, ['Official']);
}

function officialDecodings(group: GroupBuilder): void {
  const decode = (
    comment: string,
    network: Network,
    txref: string,
    flags: string[],
  ): Parameters<GroupBuilder['valid']>[0] => ({
    comment,
    flags: ['Official', ...flags],
    requirements: ['MDT-LOC-101'],
    input: { network, txref },
  });
  for (const [network, list] of OFFICIAL) {
    for (const [txref, place] of Object.entries(list)) {
      const { network: _, ...expected } = inputOf(network, place);
      group.valid(decode(txref, network, txref, []), expected);
    }
  }
  const strange = ['TX1R29UMQJXPUTT3P0', 'tx1 r29u mqjx putt 3p0', 'tx1!r29u/mqj*x-putt^^3p0'];
  for (const txref of strange)
    group.valid(decode(txref, 'main', txref, ['Formatting']), { height: 456789, tx_index: 1234 });
  const invalid: [txref: string, why: string, flag: string][] = [
    ['tx1:t7ll-llll-lcq3-aj4', 'magic 0xB instead of 0x3', 'Magic'],
    ['tx1:rlll-llll-lu9m-00x', 'version 1 instead of 0', 'Boundary'],
    ['tx1:r7ll-llll-lqfu-gss2', 'ten groups instead of nine', 'Length'],
    ['tx1:r7ll-llll-rt5h-wz', 'eight groups instead of nine', 'Length'],
    ['tx1:r7ll-LLLL-lp6m-78v', 'mixed case', 'Formatting'],
  ];
  for (const [txref, why, flag] of invalid)
    group.invalid(decode(`${txref}: ${why}`, 'main', txref, [flag]), 'MDT_TXREF');
}

function regtest(group: GroupBuilder): void {
  encodes(
    group,
    'regtest',
    {
      'txrt1:qqqq-qqqq-qwpz-nyw': [0, 0],
      'txrt1:qqqq-qqll-ljsf-p98': [0, 0x7fff],
      'txrt1:q7ll-llqq-qap7-nsg': [0xffffff, 0],
      'txrt1:q7ll-llll-lps4-p3p': [0xffffff, 0x7fff],
      'txrt1:qjk0-uqay-z94s-ynk': [466793, 2205],
      'txrt1:pqqq-qqqq-qpqq-3x6r-d0': [0, 0, 1],
      'txrt1:pqqq-qqqq-qyrq-2z0a-kx': [0, 0, 100],
    },
    ['Official'],
  );
}

function ours(group: GroupBuilder): void {
  encodes(group, 'regtest', { 'txrt1:qxgq-qqpq-qmaz-gmp': [131, 1], 'txrt1:pxgq-qqpq-qqqq-mu47-we': [131, 1, 0] }, []);
}

function formatted(group: GroupBuilder): void {
  const accept = (comment: string, txref: string): void =>
    group.valid(
      { comment, flags: ['Formatting'], requirements: ['MDT-LOC-101'], input: { network: 'regtest', txref } },
      { height: 131, tx_index: 1 },
    );
  accept('without hyphens', 'txrt1qxgqqqpqqmazgmp');
  accept('letters outside the alphabet, of the other case', 'txrt1:qxgq-BIO-qqpq-qmaz-gmp');
  accept('letters of other scripts', 'txrt1:qxgq–qqpqÕ–qmaz–gmp');
  accept('upper case with a lower-case letter outside the alphabet', 'TXRT1:QXGQ-QQPQ-bQMAZ-GMP');
  accept('a second separator', 'txrt1:qxgq1qqpq1qmaz1gmp');
}

function refused(group: GroupBuilder): void {
  const refuse = (comment: string, network: Network, txref: string, flag: string): void =>
    group.invalid({ comment, flags: [flag], requirements: ['MDT-LOC-101'], input: { network, txref } }, 'MDT_TXREF');
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
  refuse('a valid reference with one character changed', 'regtest', 'txrt1:qxgq-qqpq-qmaz-gmq', 'Checksum');
  refuse('two characters exchanged', 'regtest', 'txrt1:qxgq-qqpq-qmza-gmp', 'Checksum');
  refuse('prefix and data of different case', 'regtest', 'TXRT1:qxgq-qqpq-qmaz-gmp', 'Formatting');
  refuse('one letter of the other case', 'regtest', 'txrt1:qxgq-qqpq-qmaz-gmP', 'Formatting');
  refuse('cut off', 'regtest', 'txrt1:qxgq-qqpq-qmaz-gm', 'Checksum');
  refuse('the reference of BIP-136 before Bech32m', 'main', 'tx1:rqqq-qqqq-qmhu-qhp', 'Bech32');
  refuse('regtest, Bech32', 'regtest', bech32.encode('txrt', [0, ...zeros(8)]), 'Bech32');
  refuse('a reference of the main network', 'regtest', 'tx1:rqqq-qqqq-qwtv-vjr', 'Magic');
  refuse('a reference of regtest on the main network', 'main', 'txrt1:qxgq-qqpq-qmaz-gmp', 'Magic');
  refuse('the magic code of the main network under txrt', 'regtest', bech32m.encode('txrt', [3, ...zeros(8)]), 'Magic');
  refuse('another human-readable part', 'regtest', bech32m.encode('bcrt', [0, ...zeros(8)]), 'Magic');
  refuse('the code without output, twelve groups', 'regtest', bech32m.encode('txrt', [0, ...zeros(11)]), 'Length');
  refuse('the code with output, nine groups', 'regtest', bech32m.encode('txrt', [1, ...zeros(8)]), 'Length');
  refuse('no groups', 'regtest', bech32m.encode('txrt', []), 'Length');
  refuse('version 1', 'regtest', bech32m.encode('txrt', [0, 1, ...zeros(7)]), 'Boundary');
  refuse('nothing', 'regtest', '', 'Length');
  refuse('a human-readable part alone', 'regtest', 'txrt1', 'Length');
  refuse('no separator', 'regtest', 'txrt', 'Length');
}
