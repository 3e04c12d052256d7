import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createECDH, createPrivateKey, type JsonWebKey } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { SecretWatch } from './secrets.ts';

/** The private key of BIP-143's native P2WPKH example. */
const KEY = '619c335025c7f4012e556c2a58b2506e30b8511b53ade95ea316fd8c3286feb9';
const OCTETS = Buffer.from(KEY, 'hex');
const PASSPHRASE = 'passphrase-5d41402abc4b2a76b9719d911017c592';

function watch(): SecretWatch {
  return new SecretWatch([
    { name: 'anchor key', value: KEY },
    { name: 'passphrase', value: PASSPHRASE },
  ]);
}

/** Each as some program writes it, with its neighbours. */
const SPELLINGS: Record<string, string | Buffer> = {
  'as given': `anchor=${KEY};`,
  'upper-case hexadecimal': KEY.toUpperCase(),
  'the octets': Buffer.concat([Buffer.from('x'), OCTETS, Buffer.from('y')]),
  Base64: OCTETS.toString('base64'),
  'Base64 for URLs': OCTETS.toString('base64url'),
  'Base64 behind one octet': Buffer.concat([Buffer.from('\u0001'), OCTETS, OCTETS]).toString('base64'),
  'Base64 behind two octets': Buffer.concat([Buffer.from('ab'), OCTETS, Buffer.from('z')]).toString('base64'),
  'Base64 of the hexadecimal': Buffer.from(KEY).toString('base64'),
  'a Buffer that Node prints': inspect(OCTETS),
  'a Buffer in JSON': JSON.stringify({ key: OCTETS }),
  'a list with spaces': [...OCTETS].join(', '),
  'hexadecimal in 16 columns': KEY.match(/.{16}/g)?.join('\n') ?? '',
  'Base64 in lines of CRLF':
    OCTETS.toString('base64')
      .match(/.{1,20}/g)
      ?.join('\r\n') ?? '',
};

describe('SecretWatch', () => {
  for (const [name, text] of Object.entries(SPELLINGS)) {
    it(`finds a key written as ${name}`, () => {
      const secrets = watch();
      secrets.look('standard error', text);
      assert.deepEqual(secrets.leaks, [{ name: 'anchor key', where: 'standard error' }]);
    });
  }

  it('finds a key in what OpenSSL prints of it', () => {
    const key = createECDH('secp256k1');
    key.setPrivateKey(OCTETS);
    const point = key.getPublicKey();
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((octets) => octets.toString('base64url'));
    const jwk = { kty: 'EC', crv: 'secp256k1', d: OCTETS.toString('base64url'), x, y } as JsonWebKey;
    const input = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'sec1', format: 'pem' });
    const printed = execFileSync('openssl', ['ec', '-text', '-noout'], { input, encoding: 'utf8', stdio: 'pipe' });
    assert.match(printed, /61:9c:33/);
    const secrets = watch();
    secrets.look('file', printed);
    assert.deepEqual(secrets.leaks, [{ name: 'anchor key', where: 'file' }]);
  });

  // Published pairs: bitcoin wiki, "Wallet import format", and bitcoinjs-lib's test vectors for the key 1.
  for (const wif of [
    'KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn',
    'cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA',
  ]) {
    it(`finds a key in wallet import format (${wif.slice(0, 4)}…)`, () => {
      const secrets = new SecretWatch([{ name: 'key', value: '1'.padStart(64, '0') }]);
      secrets.look('answer', `{"wif":"${wif}"}`);
      assert.equal(secrets.leaks.length, 1);
    });
  }

  it('finds a password in the credentials of HTTP, whatever the length of the user name', () => {
    for (const user of ['t', 'ta', 'target']) {
      const secrets = watch();
      secrets.look('log', `Authorization: Basic ${Buffer.from(`${user}:${PASSPHRASE}`).toString('base64')}`);
      assert.deepEqual(secrets.leaks, [{ name: 'passphrase', where: 'log' }], user);
    }
  });

  it('tells one leak of one place once', () => {
    const secrets = watch();
    for (const where of ['log', 'log', 'file']) secrets.look(where, KEY);
    assert.deepEqual(secrets.leaks, [
      { name: 'anchor key', where: 'log' },
      { name: 'anchor key', where: 'file' },
    ]);
  });

  it('finds nothing in the public key, in half a key, or in noise', () => {
    const secrets = watch();
    secrets.look('log', '025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357');
    secrets.look('log', KEY.slice(0, 63));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4_000 }), (octets) => secrets.look('log', Buffer.from(octets))));
    assert.deepEqual(secrets.leaks, []);
  });

  it('finds a secret in a stream wherever it is cut', () => {
    const text = Buffer.from(`${'noise '.repeat(40)}${PASSPHRASE}${' more'.repeat(40)}`);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
        const secrets = watch();
        const follow = secrets.follow('standard output');
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), text.length]) {
          follow(text.subarray(from, to));
          from = to;
        }
        assert.equal(secrets.leaks.length, 1);
      }),
    );
  });

  it('finds a secret in a stream octet by octet, and with a line feed in its middle', () => {
    const secrets = watch();
    const follow = secrets.follow('standard output');
    for (const octet of `${KEY.slice(0, 30)}\n${KEY.slice(30)}`) follow(Buffer.from(octet));
    assert.deepEqual(secrets.leaks, [{ name: 'anchor key', where: 'standard output' }]);
  });

  it('does not join what two streams say', () => {
    const secrets = watch();
    secrets.follow('standard output')(Buffer.from(KEY.slice(0, 32)));
    secrets.follow('standard error')(Buffer.from(KEY.slice(32)));
    assert.deepEqual(secrets.leaks, []);
  });

  it('blots out every spelling and nothing else', () => {
    const secrets = watch();
    for (const [name, text] of Object.entries(SPELLINGS)) {
      const clean = secrets.redact(text.toString());
      assert.ok(clean.includes('[secret: anchor key]'), name);
      const again = watch();
      again.look('evidence', clean);
      assert.deepEqual(again.leaks, [], name);
    }
    assert.equal(secrets.redact('nothing of that kind'), 'nothing of that kind');
  });

  it('leaves no part of a secret at the end of a text that was cut', () => {
    const whole = `${'a '.repeat(400)}${KEY}`;
    for (let length = whole.length - KEY.length; length <= whole.length; length++)
      assert.equal(watch().redactCut(whole.slice(0, length)).includes(KEY.slice(0, 2)), false, String(length));
    assert.ok(watch().redactCut(whole).startsWith('a a a'));
  });

  it('blots out all secrets of a text, each under its name', () => {
    assert.equal(
      watch().redact(`a ${KEY} b ${PASSPHRASE} c ${KEY}`),
      'a [secret: anchor key] b [secret: passphrase] c [secret: anchor key]',
    );
  });

  describe('a key in the ways in which programs print octets', () => {
    const key = '6b299a5ce00f7d310a2d5c09e3b1ff80417e22d96c5a8b3d44f0c1120d9e7f65';
    const octets = Buffer.from(key, 'hex');
    const pairs = key.match(/../g) ?? [];
    const printed: Record<string, string> = {
      'Go %v': `[${octets.join(' ')}]`,
      'Go literal': `[]byte{${pairs.map((pair) => `0x${pair}`).join(', ')}}`,
      'OpenSSL, upper case': pairs.join(':').toUpperCase(),
      dashes: pairs.join('-'),
      'JSON escapes': pairs.map((pair) => String.raw`\u00${pair}`).join(''),
      'a decimal number': BigInt(`0x${key}`).toString(),
      'Java bytes': `[${new Int8Array(octets).join(', ')}]`,
      'one number a line': octets.join('\n'),
      'octets from behind': Buffer.from(octets).reverse().toString('hex'),
      'Python repr': String.raw`b'k)\x9a\\\xe0\x0f}1\n-\\\t\xe3\xb1\xff\x80A~"\xd9lZ\x8b=D\xf0\xc1\x12\r\x9e\x7fe'`,
    };
    for (const [name, text] of Object.entries(printed))
      it(`is found and blotted out: ${name}`, () => {
        const watch = new SecretWatch([{ name: 'key', value: key }]);
        watch.look('log', `before ${text} after`);
        assert.deepEqual(watch.leaks, [{ name: 'key', where: 'log' }]);
        assert.match(watch.redact(`before ${text} after`), /\[secret: key\]/);
      });
    it('is found in UTF-16', () => {
      const watch = new SecretWatch([{ name: 'key', value: key }]);
      watch.look('log', Buffer.from(key, 'utf16le'));
      assert.equal(watch.leaks.length, 1);
    });
  });
});
