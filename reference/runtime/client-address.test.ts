import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { clientOfRequest } from './client-address.ts';

const from = (remoteAddress: string, forwarded?: string): Pick<IncomingMessage, 'headers' | 'socket'> => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress } as IncomingMessage['socket'],
});

describe('whose an HTTP request is', () => {
  it('is the address that it comes from, whatever it says, where there is no proxy', () => {
    assert.equal(clientOfRequest(from('192.0.2.1', '198.51.100.7'), false), '192.0.2.1');
    assert.equal(clientOfRequest(from('::ffff:192.0.2.1'), false), '192.0.2.1');
    assert.equal(clientOfRequest(from('2001:db8:1:2:3:4:5:6'), false), '2001:db8:1:2');
  });

  it('is what the proxy before us has added, and none that the client has written before it', () => {
    assert.equal(clientOfRequest(from('127.0.0.1', '198.51.100.7'), true), '198.51.100.7');
    assert.equal(clientOfRequest(from('127.0.0.1', '203.0.113.9, 198.51.100.7'), true), '198.51.100.7');
    assert.equal(clientOfRequest(from('127.0.0.1'), true), '127.0.0.1');
    assert.equal(clientOfRequest(from('127.0.0.1', ''), true), '127.0.0.1');
  });
});
