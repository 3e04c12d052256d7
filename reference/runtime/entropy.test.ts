import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { refuses } from '../core/expect-error.ts';
import { Entropy, proportionCutoff, repetitionCutoff, type RandomSource } from './entropy.ts';

/** A source that is good until it has given `octets`, then what `bad` makes of them. */
function failingAfter(octets: number, bad: (length: number) => Uint8Array): RandomSource {
  let given = 0;
  return (length) => {
    given += length;
    return given > octets ? bad(length) : randomBytes(length);
  };
}

describe('the cutoffs', () => {
  it('of the adaptive proportion test are those that SP 800-90B gives for α = 2^-20', () => {
    // NIST SP 800-90B, 4.4.2, the examples for binary sources (W = 1024, H = 1) and others (W = 512).
    assert.equal(proportionCutoff(1024, 1, 20), 589);
    assert.equal(proportionCutoff(512, 0.5, 20), 410);
    assert.equal(proportionCutoff(512, 1, 20), 311);
    assert.equal(proportionCutoff(512, 2, 20), 177);
    assert.equal(proportionCutoff(512, 4, 20), 62);
    assert.equal(proportionCutoff(512, 8, 20), 13);
  });

  it('of the repetition count test are 1 + ⌈20 / H⌉ for α = 2^-20', () => {
    assert.equal(repetitionCutoff(1, 20), 21);
    assert.equal(repetitionCutoff(8, 20), 4);
  });
});

describe('Entropy', () => {
  it("gives what the system's source gives, after the start-up test threw its own octets away", () => {
    const given: Uint8Array[] = [];
    const entropy = new Entropy((length) => {
      const octets = randomBytes(length);
      given.push(octets);
      return octets;
    });
    assert.deepEqual(entropy.draw(32), given[1]);
    assert.equal(given[0]?.length, 1024);
  });

  it('never alarms on a megabyte of an honest source', () => {
    assert.equal(new Entropy(randomBytes).draw(1_000_000).length, 1_000_000);
  });

  it('refuses a source that is stuck at start-up', async () => {
    await refuses(() => new Entropy((length) => new Uint8Array(length)), 'MDT_ENTROPY', 'entropy');
  });

  it('notices a run of equal octets across two draws, by the repetition count', async () => {
    const entropy = new Entropy(failingAfter(1024, (length) => new Uint8Array(length).fill(7)));
    entropy.draw(4);
    await refuses(() => entropy.draw(5), 'MDT_ENTROPY', 'entropy');
  });

  it('notices a source that gives one octet too often without a run, by the proportion', async () => {
    const lopsided = (length: number): Uint8Array =>
      randomBytes(length).map((octet, at) => (at % 3 === 0 ? 0x55 : octet));
    const entropy = new Entropy(failingAfter(1024, lopsided));
    await refuses(() => entropy.draw(4_096), 'MDT_ENTROPY', 'entropy');
  });

  it('stays failed when the source recovers: nothing is issued from it any more', async () => {
    let stuck = false;
    const entropy = new Entropy((length) => (stuck ? new Uint8Array(length) : randomBytes(length)));
    stuck = true;
    await refuses(() => entropy.draw(32), 'MDT_ENTROPY');
    stuck = false;
    await refuses(() => entropy.draw(32), 'MDT_ENTROPY');
  });

  it('refuses a source that throws and one that gives too little', async () => {
    const broken: RandomSource = () => {
      throw new Error('no such device');
    };
    await refuses(() => new Entropy(failingAfter(1024, broken)).draw(1), 'MDT_ENTROPY');
    await refuses(() => new Entropy(failingAfter(1024, (length) => randomBytes(length - 1))).draw(32), 'MDT_ENTROPY');
  });
});
