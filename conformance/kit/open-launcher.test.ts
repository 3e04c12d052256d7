import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { openLauncher } from './open-launcher.ts';
import { targetOf } from './sample-ledger.ts';

const target = targetOf({ mode: 'image', image: { name: 'milagro-trust-reference:latest' } });

describe('a target in a container, where no Docker is', () => {
  it('is not started, and the message says what to do', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'unix:///nonexistent';
    try {
      await assert.rejects(openLauncher(target), {
        code: 'MDT_KIT_TARGET_START',
        exit: 3,
        field: '/mode',
        message: /start Docker/,
      });
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });
});
