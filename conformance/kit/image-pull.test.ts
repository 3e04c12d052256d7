import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { notToBeHad } from './image-pull.ts';

const SAID: readonly (readonly [string, RegExp])[] = [
  [
    '(HTTP code 500) server error - Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
    /cannot be reached/,
  ],
  [
    '(HTTP code 500) server error - Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    /cannot be reached/,
  ],
  [
    '(HTTP code 500) server error - Get "https://registry-1.docker.io/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    /cannot be reached/,
  ],
  [
    "(HTTP code 404) unexpected - pull access denied for example/dta, repository does not exist or may require 'docker login'",
    /does not have it, or gives it only/,
  ],
  [
    '(HTTP code 404) no such image - manifest for alpine:99 not found: manifest unknown: manifest unknown',
    /does not have it, or not for this kind/,
  ],
  ['not there after 180 s', /within 180 s/],
  ['write /var/lib/docker/tmp/x: no space left on device', /no room/],
  ['something that no version of Docker has said so far', /Docker could not pull it/],
];

describe('an image that cannot be pulled', () => {
  for (const [said, reason] of SAID)
    it(`is told in words of ours, with the command that brings it: ${said.slice(0, 200)}`, () => {
      const error = notToBeHad('example/dta:1', new Error(said));
      assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_TARGET_START', 3, '/image/name']);
      assert.match(error.message, /^the image example\/dta:1 is not on this machine, and /);
      assert.match(error.message, reason);
      assert.match(error.message, /`docker pull example\/dta:1`/);
      assert.ok(!/HTTP code|dial tcp/.test(error.message));
    });
});
