import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { bytesToHex } from './hex.ts';
import { networkOf } from './network.ts';
import { p2wpkhAddress, p2wpkhScript } from './public-key-script.ts';

/** The key of BIP-173's examples: the generator of secp256k1. */
const KEY = hexToBytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');

describe('P2WPKH', () => {
  it('has the script and addresses of BIP-173', () => {
    assert.equal(bytesToHex(p2wpkhScript(KEY)), '0014751e76e8199196d454941c45d1b3a323f1433bd6');
    assert.equal(p2wpkhAddress(KEY, 'bc'), 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4');
    assert.equal(p2wpkhAddress(KEY, 'tb'), 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx');
  });
});

describe('networkOf', () => {
  it('knows main, test and regtest by their genesis, and nothing else', () => {
    const regtest = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
    assert.deepEqual(networkOf(regtest), { name: 'regtest', addressPrefix: 'bcrt' });
    for (const other of ['00'.repeat(32), 'toString', '__proto__', regtest.toUpperCase()])
      assert.equal(networkOf(other), undefined);
  });
});
