import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './project.ts';
import { redactLine } from './schema-redaction.ts';

const redact = (value: unknown): unknown => JSON.parse(redactLine('launch-configuration', JSON.stringify(value)));

describe('what a schema says is secret', () => {
  it('is blotted out of a launch configuration, wherever it stands, and nothing else', () => {
    const chain = { genesis: 'g', rpc: { url: 'http://127.0.0.1:1', user: 'target', password: 'p' } };
    const configuration = {
      ...{ launch: 1, passphrase: 'words', chain },
      peers: { idps: [{ issuer: 'https://idp.example', entity_id: 'e', initial_access_token: 't' }], relays: ['r'] },
      import_secrets: { anchor: 'a', status: 's' },
      accounts: [
        { login: 'alice', password: 'p' },
        { login: 'bob', password: 'q' },
      ],
      options: { name: 'n' },
    };
    assert.deepEqual(redact(configuration), {
      ...{ launch: 1, passphrase: '[secret]', chain: { ...chain, rpc: { ...chain.rpc, password: '[secret]' } } },
      peers: {
        idps: [{ issuer: 'https://idp.example', entity_id: 'e', initial_access_token: '[secret]' }],
        relays: ['r'],
      },
      import_secrets: { anchor: '[secret]', status: '[secret]' },
      accounts: [
        { login: 'alice', password: '[secret]' },
        { login: 'bob', password: '[secret]' },
      ],
      options: { name: 'n' },
    });
  });

  it('is blotted out whatever is in its place: a number, a list, an object, nothing', () => {
    assert.deepEqual(redact({ passphrase: 7, import_secrets: ['a'], chain: { rpc: { password: null } } }), {
      passphrase: '[secret]',
      import_secrets: '[secret]',
      chain: { rpc: { password: '[secret]' } },
    });
    assert.deepEqual(redact({ import_secrets: { anchor: { octets: [1, 2] } } }), {
      import_secrets: { anchor: '[secret]' },
    });
  });

  it('stays in a line that is no JSON, and in one that its schema has nothing to do with', () => {
    assert.equal(redactLine('launch-configuration', '{"passphrase":'), '{"passphrase":');
    assert.equal(redactLine('launch-configuration', '"text"'), '"text"');
    for (const line of ['{"id":1,"control":"status","codes":["OPEN"]}', '{ "id": 1, "id": 1e0 }'])
      assert.equal(redactLine('control-line', line), line);
  });

  it('is every member of the schemas whose name says so', () => {
    const named = /"(passphrase|password|initial_access_token|import_secrets|private_key|client_secret)": \{/g;
    const folder = join(PROJECT, 'schemas');
    let found = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.schema.json'))) {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const { index, 1: name = '' } of text.matchAll(named)) {
        found++;
        const member = text.slice(index, text.indexOf('}', index));
        assert.match(member, /"writeOnly": true/, `${file}: ${name}`);
      }
    }
    assert.ok(found >= 5, String(found));
  });
});
