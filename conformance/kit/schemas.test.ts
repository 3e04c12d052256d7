import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { schemaFault } from './schemas.ts';

describe('schemaFault', () => {
  it('finds nothing wrong with what is valid', () => {
    assert.equal(schemaFault('target-line', { event: 'listening' }), undefined);
  });

  it('names a wrong member by its pointer', () => {
    const fault = schemaFault('target-line', {
      event: 'funding',
      address: 'bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq',
      min_sat: 1.5,
    });
    assert.equal(fault?.field, '/min_sat');
  });

  it('names an unknown member, and tells it from one of the wrong form', () => {
    const manifest = {
      manifest: 1,
      name: 'x',
      role: 'dta',
      mode: 'command',
      command: ['x'],
      claims: { profiles: ['identity'] },
    };
    const unknown = schemaFault('target-manifest', { ...manifest, colour: 'red' });
    assert.deepEqual([unknown?.field, unknown?.unknownMember], ['/colour', true]);
    const inner = schemaFault('target-manifest', { ...manifest, claims: { profiles: ['identity'], colour: 'red' } });
    assert.deepEqual([inner?.field, inner?.unknownMember], ['/claims/colour', true]);
    const wrong = schemaFault('target-manifest', { ...manifest, name: 'X Y' });
    assert.deepEqual([wrong?.field, wrong?.unknownMember], ['/name', false]);
  });

  it('says / where the whole value is at fault', () => {
    assert.equal(schemaFault('target-line', 7)?.field, '/');
  });

  it('escapes a member as RFC 6901 has it', () => {
    const fault = schemaFault('target-manifest', {
      manifest: 1,
      name: 'x',
      role: 'dta',
      mode: 'command',
      command: ['x'],
      claims: { profiles: ['identity'] },
      'a/b~c': 1,
    });
    assert.equal(fault?.field, '/a~1b~0c');
  });

  it('looks at a part of a schema alone', () => {
    assert.equal(schemaFault('target-manifest', 'a-name', '/properties/name'), undefined);
    assert.deepEqual(schemaFault('target-manifest', 'A name', '/properties/name')?.field, '/');
  });

  it('knows no schema that is not there', () => {
    assert.throws(() => schemaFault('target-manifest', {}, '/properties/none'), /there is no schema target-manifest/);
    assert.throws(() => schemaFault('no-such-schema', {}), /there is no schema no-such-schema/);
  });
});
