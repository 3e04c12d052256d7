import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { canonicalOctets, hash256, sha256, tagged } from './digest.ts';
import { expectRefusal, refusesAtMost } from './expect-refusal.ts';
import { readHeader, refuseUnlinked } from './header.ts';
import { readDocument } from './json.ts';
import { branchOf, branchRoot, displayed, previousOf, rootOf } from './merkle.ts';
import { isHostHint, opReturnIndex, pushedData, readPayload } from './payload.ts';
import { readStripped, readTransaction } from './transaction.ts';
import { decodeTxref, encodeTxref, type Network } from './txref.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const noise = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets));

describe('digests of the oracle', () => {
  it('canonicalizes the example of RFC 8785, 3.2.2 to the octets of 3.2.4', () => {
    const input = {
      // oxlint-disable-next-line no-loss-of-precision
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    const expected =
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e' +
      '756d62657273223a5b3333333333333333332e333333333333332c31652b3330' +
      '2c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac24' +
      '5c75303030665c6e4127425c225c5c5c5c5c222f227d';
    assert.equal(canonicalOctets(input).toString('hex'), expected);
  });

  it('sorts names by UTF-16 code units, as RFC 8785, 3.2.3 has it', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalOctets(Object.fromEntries(names.map((name) => [name, 0]))).toString('utf8');
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    assert.deepEqual(
      Object.keys(JSON.parse(text) as object).filter((name) => name !== '1'),
      sorted.filter((name) => name !== '1'),
    );
    assert.ok(text.indexOf('\ud83d\ude00') < text.indexOf('\ufb33') && text.indexOf('"\\r"') === 1);
  });

  it('hashes as Bitcoin and BIP-340 do', () => {
    assert.equal(sha256('').toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(
      hash256(Buffer.from('hello')).toString('hex'),
      '9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50',
    );
    const [first, second, message] = [0, 32, 64].map((from) =>
      tagged('BIP0340/challenge', Buffer.from('m')).subarray(from, from + 32),
    );
    // SHA-256 of the tag, which BIP-340 implementations hold as a constant.
    assert.equal(first?.toString('hex'), '7bb52d7a9fef58323eb1bf7a407db382d2f3f2d81bb1224f49fe518f6d48d37c');
    assert.deepEqual([second, message?.toString()], [first, 'm']);
  });
});

describe('block headers and Merkle trees of the oracle', () => {
  /** Blocks 0 and 1 of the main network. */
  const GENESIS = `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c`;
  const BLOCK_1 =
    '010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299';
  const GENESIS_HASH = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';

  it('reads the first headers of Bitcoin, and links them', () => {
    const [first, second] = [readHeader(GENESIS, '/header'), readHeader(BLOCK_1, '/header')];
    assert.equal(displayed(hash256(first)), GENESIS_HASH);
    assert.equal(previousOf(second), GENESIS_HASH);
    assert.equal(displayed(rootOf(first)), '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b');
    refuseUnlinked(first, [second], '/following_headers');
    expectRefusal('MDT_HEADER_LINK', () => refuseUnlinked(second, [first], '/following_headers'));
    expectRefusal('MDT_HEADER_LINK', () => refuseUnlinked(first, [second, second], '/following_headers'));
  });

  it('refuses a header whose hash is above its target, or of another length', () => {
    expectRefusal('MDT_POW', () => readHeader(`${GENESIS.slice(0, -2)}7d`, '/header'));
    for (const bits of ['00000000', 'ffff80ff', 'ffff001d'.replace('1d', '03'), '00008004', 'ffffff22'])
      expectRefusal('MDT_POW', () => readHeader(GENESIS.slice(0, 144) + bits + GENESIS.slice(152), '/header'));
    for (const text of [
      '',
      GENESIS.slice(2),
      `${GENESIS}00`,
      GENESIS + '00'.repeat(84),
      `${GENESIS}0`,
      'zz'.repeat(80),
    ])
      expectRefusal('MDT_HEADER_FORMAT', () => readHeader(text, '/header'));
  });

  it('takes of regtest headers those whose hash is not above the target, and none with a negative target', () => {
    const withBits = (bits: string, nonce: number): string =>
      `${GENESIS.slice(0, 144)}${bits}${nonce.toString(16).padStart(8, '0')}`;
    const target = BigInt(`0x7fffff${'00'.repeat(29)}`);
    let accepted = 0;
    for (let nonce = 0; nonce < 32; nonce++) {
      const header = withBits('ffff7f20', nonce);
      const isBelow = BigInt(`0x${displayed(hash256(hex(header)))}`) <= target;
      accepted += Number(isBelow);
      if (isBelow) readHeader(header, '/header');
      else expectRefusal('MDT_POW', () => readHeader(header, '/header'));
      expectRefusal('MDT_POW', () => readHeader(withBits('ffffff20', nonce), '/header'));
    }
    assert.ok(accepted > 4 && accepted < 28);
  });

  it('has the root of block 100,000, from each of its four transactions', () => {
    const leaves = [
      '8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87',
      'fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4',
      '6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4',
      'e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d',
    ].map((txid) => hex(txid).reverse());
    for (const [position, leaf] of leaves.entries()) {
      const { branch, root } = branchOf(leaves, position);
      assert.equal(displayed(root), 'f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766');
      assert.deepEqual(branchRoot(leaf, branch, position), root);
    }
  });

  it('leads from every leaf of every tree to its root, and from no other position', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(39), (count, chosen) => {
        const leaves = Array.from({ length: count }, (_, index) => sha256(String(index)));
        const position = chosen % count;
        const { branch, root } = branchOf(leaves, position);
        assert.deepEqual(branchRoot(leaves[position] ?? Buffer.alloc(0), branch, position), root);
        assert.notDeepEqual(branchRoot(leaves[position ^ 1] ?? Buffer.alloc(32), branch, position), root);
      }),
    );
  });
});

describe('transactions of the oracle', () => {
  /** The signed transaction of BIP-143's native P2WPKH example: input 0 is P2PK, input 1 has the witness. */
  const INPUTS =
    'fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff';
  const OUTPUTS =
    '02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac';
  const STRIPPED = `0100000002${INPUTS}${OUTPUTS}11000000`;

  it('reads the example of BIP-143', () => {
    const { version, inputs, outputs, locktime, stripped } = readStripped(hex(STRIPPED), '/transaction');
    assert.deepEqual([version, locktime, inputs.length, stripped.toString('hex')], [1, 17, 2, STRIPPED]);
    assert.deepEqual(
      inputs.map(({ index, sequence }) => [index, sequence]),
      [
        [0, 0xffffffee],
        [1, 0xffffffff],
      ],
    );
    assert.deepEqual(
      outputs.map(({ value }) => value),
      [112340000n, 223450000n],
    );
  });

  it('has the same hash with a witness and without, and refuses a witness where none belongs', () => {
    const witness = '000102abcd';
    const full = hex(`01000000000102${INPUTS}${OUTPUTS}${witness}11000000`);
    const read = readTransaction(full, '/transaction');
    assert.deepEqual(read.hash, readStripped(hex(STRIPPED), '').hash);
    assert.deepEqual(
      read.inputs.map((input) => input.witness.map((item) => item.toString('hex'))),
      [[], ['abcd']],
    );
    expectRefusal('MDT_MALFORMED_TX', () => readStripped(full, ''));
    expectRefusal('MDT_MALFORMED_TX', () => readTransaction(hex(`01000000000102${INPUTS}${OUTPUTS}000011000000`), ''));
  });

  it('refuses it with any number of octets missing, or one left over', () => {
    const octets = hex(STRIPPED);
    for (let length = 0; length < octets.length; length++)
      expectRefusal('MDT_MALFORMED_TX', () => readTransaction(octets.subarray(0, length), ''));
    expectRefusal('MDT_MALFORMED_TX', () => readTransaction(Buffer.concat([octets, Buffer.alloc(1)]), ''));
  });

  it('does not reserve what a length only claims', () => {
    const began = performance.now();
    for (const length of ['feffffff7f', 'ffffffffffffffff7f', 'fdffff'])
      expectRefusal('MDT_MALFORMED_TX', () => readTransaction(hex(`01000000${length}`), ''));
    assert.ok(performance.now() - began < 500);
  });
});

describe('BIP-136 references of the oracle', () => {
  // BIP-136, "Test vectors".
  const OFFICIAL: [text: string, network: Network, height: number, index: number, vout?: number][] = [
    ['tx1:rqqq-qqqq-qwtv-vjr', 'main', 0, 0],
    ['tx1:rqqq-qqll-lj68-7n2', 'main', 0, 0x7fff],
    ['tx1:r7ll-llqq-qats-vx9', 'main', 0xffffff, 0],
    ['tx1:r7ll-llll-lp6m-78v', 'main', 0xffffff, 0x7fff],
    ['txtest1:xqqq-qqqq-qrrd-ksa', 'test', 0, 0],
    ['tx1:yqqq-qqqq-qqqq-rvum-0c', 'main', 0, 0, 0],
    ['tx1:yqqq-qqll-lqqq-en8x-05', 'main', 0, 0x7fff, 0],
    ['tx1:y7ll-llll-lqqq-jhf4-wk', 'main', 0xffffff, 0x7fff, 0],
  ];
  for (const [text, network, height, tx_index, vout] of OFFICIAL) {
    it(`${text} is what the BIP says`, () => {
      const place = { network, height, tx_index, ...(vout !== undefined && { vout }) };
      assert.deepEqual(decodeTxref(text), place);
      assert.equal(encodeTxref(place), text);
    });
  }

  it('come back as they went, in capitals and without separators too, and never as another network', () => {
    const networks = fc.constantFrom<Network>('main', 'test', 'regtest');
    const vout = fc.option(fc.nat(0x7fff), { nil: undefined });
    fc.assert(
      fc.property(networks, fc.nat(0xffffff), fc.nat(0x7fff), vout, (network, height, tx_index, output) => {
        const place = { network, height, tx_index, ...(output !== undefined && { vout: output }) };
        const text = encodeTxref(place);
        assert.deepEqual(decodeTxref(text), place);
        assert.deepEqual(decodeTxref(text.toUpperCase()), place);
        assert.deepEqual(decodeTxref(text.replaceAll(/[-:]/g, '')), place);
        expectRefusal('MDT_TXREF', () => decodeTxref(text, network === 'main' ? 'test' : 'main'));
      }),
    );
  });

  it('are refused with any one character exchanged', () => {
    const text = 'tx1rqqqqqqqqwtvvjr';
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: text.length - 1 }),
        fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'),
        (at, other) => {
          fc.pre(text[at] !== other);
          expectRefusal('MDT_TXREF', () => decodeTxref(text.slice(0, at) + other + text.slice(at + 1)));
        },
      ),
    );
  });
});

describe('what the oracle reads', () => {
  it('does not depend on what was read before: the platform takes one name for another then', () => {
    const named = (name: string): unknown => readDocument(Buffer.from(`{"a":{},"m1":0,"${name}":true}`));
    assert.deepEqual(named('\\\\'), { a: {}, m1: 0, '\\': true });
    assert.deepEqual(named('\\n'), { a: {}, m1: 0, '\n': true });
    assert.deepEqual(named('\\/'), { a: {}, m1: 0, '/': true });
  });

  it('is a document as it was written, whatever is in its strings', () => {
    const values = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), values.value, { maxKeys: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('-0') && text.length < 16_000);
        assert.deepEqual(readDocument(Buffer.from(text)), JSON.parse(text));
      }),
    );
  });

  it('is refused with a code, and with nothing else, whatever the octets are', () => {
    fc.assert(
      fc.property(noise, fc.string(), (octets, text) => {
        refusesAtMost(() => readDocument(octets));
        refusesAtMost(() => readDocument(Buffer.from(`{"a":${text}}`)));
        refusesAtMost(() => readTransaction(octets, ''));
        refusesAtMost(() => readPayload(octets));
        refusesAtMost(() => readPayload(Buffer.concat([hex('4d696c6167726f20442d544101'), octets])));
        refusesAtMost(() => pushedData(Buffer.concat([Buffer.of(0x6a), octets])));
        refusesAtMost(() => opReturnIndex([octets, octets]));
        refusesAtMost(() => readHeader(octets.toString('hex'), ''));
        refusesAtMost(() => decodeTxref(text));
        refusesAtMost(() => decodeTxref(`tx1${text}`));
        assert.equal(typeof isHostHint(text), 'boolean');
      }),
      { numRuns: 500 },
    );
  });
});
