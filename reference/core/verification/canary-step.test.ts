import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { HostedStatus, Verdict } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { formatTime } from '../time.ts';
import { GrownLineage } from '../fixtures/grown-lineage.ts';
import { Kept, outcomes, step, verdictOn } from '../fixtures/verification.ts';
import { signedStatus, STATUS_KEY, writtenStatuses, type Written } from '../fixtures/written-statuses.ts';
import type { CanaryPort } from './request.ts';

const AGE = 86_400;
const grown = new GrownLineage('canary', 'relay', undefined, ({ keys, policy }) => ({
  keys: { ...keys, status: STATUS_KEY },
  policy: { ...policy, canary_max_age_seconds: AGE },
}));
const hosted = grown.hosted();
const { now } = grown;

const statuses = (...plans: Written[]): HostedStatus[] => writtenStatuses(hosted, plans);

/** Remembers as a reader does, and shows what it is given. */
class Port implements CanaryPort {
  kept: readonly HostedStatus[] = [];
  asked: [url: string, from: number][] = [];
  shown: readonly HostedStatus[] | Error;
  constructor(shown: readonly HostedStatus[] | Error) {
    this.shown = shown;
  }
  async fetch(url: string, from: number): Promise<Uint8Array[]> {
    this.asked.push([url, from]);
    if (this.shown instanceof Error) throw this.shown;
    return this.shown.map((each) => Buffer.from(JSON.stringify(each)));
  }
  known(): readonly HostedStatus[] {
    return this.kept;
  }
  remember(_: string, believed: readonly HostedStatus[]): void {
    this.kept = believed;
  }
}

async function verdict(port: Port, more: Parameters<typeof verdictOn>[1] = {}): Promise<Verdict> {
  return verdictOn(hosted, { from: grown, canary: port, ...more });
}

const said = ({ verdict: word, code }: Verdict): string => `${word}${code === undefined ? '' : ` ${code}`}`;

describe('verifyEntity with a canary', () => {
  it('answers ACTIVE in place of VERIFIED, with what the newest STATUS says', async () => {
    const port = new Port(statuses({ at: now - 200 }, { at: now - 100 }));
    const active = await verdict(port);
    assert.equal(said(active), 'ACTIVE');
    assert.match(outcomes(active), / retirement:skipped canary$/);
    const { seq, sha256, shown, known, lacks } = step(active, 'canary');
    assert.deepEqual([seq, sha256, shown, known, lacks], [1, port.kept[1]?.sha256, 2, 0, []]);
    assert.deepEqual(port.asked, [[hosted.birth_record.services.status, 0]]);
  });

  it('has no such step where the canary is not asked for', async () => {
    const plain = await verdictOn(hosted, { from: grown });
    assert.equal(said(plain), 'VERIFIED');
    assert.doesNotMatch(outcomes(plain), /canary/);
  });

  it('takes for now the later of its clock and the median time past of its tip (9.3)', async () => {
    const tip = now - 600;
    const behind = tip - 7_000; // by more, and the headers would be of the future
    const median = tip - 5 * 600;
    const until = (at: number): NonNullable<Written['says']> => ({
      next_due: formatTime(median - 1),
      expires: formatTime(at),
    });
    const expiring = (at: number): Port => new Port(statuses({ at: median - 600, says: until(at) }));
    assert.equal(said(await verdict(expiring(median), { now: behind })), 'STALE MDT_STATUS_STALE');
    assert.equal(said(await verdict(expiring(median - 1), { now: behind })), 'TRIPPED MDT_STATUS_EXPIRED');
    assert.equal(said(await verdict(expiring(now), { now })), 'STALE MDT_STATUS_STALE');
    assert.equal(said(await verdict(expiring(now - 1), { now })), 'TRIPPED MDT_STATUS_EXPIRED');
  });

  it('answers UNKNOWN where nothing comes and nothing is known, and by what is known where something is', async () => {
    const silent = new MdtError('MDT_SOURCE', 'no answer');
    const port = new Port(silent);
    const nothing = await verdict(port, { now: grown.now });
    assert.equal(said(nothing), 'UNKNOWN MDT_SOURCE');
    assert.equal(step(nothing, 'canary')['doubt'], ': no answer');
    port.kept = statuses({ at: grown.now - 60 });
    const remembered = await verdict(port, { now: grown.now });
    assert.deepEqual([said(remembered), step(remembered, 'canary')['shown']], ['ACTIVE', 0]);
  });

  it('says nothing by an answer that is no STATUS, or is too large', async () => {
    const at = grown.now - 60;
    const [first] = statuses({ at });
    assert.ok(first);
    const wordy = signedStatus({ ...first.status, ext: { note: 'x'.repeat(16_384) } });
    for (const [shown, says] of [
      [[{ ...first, anchor: {} } as HostedStatus], /\/statuses\/0\/anchor/],
      [[wordy], /canonical octets/],
      [[{ ...first, signature: '00'.repeat(64) }], /\/statuses\/0\/signature/],
    ] as const) {
      const answer = await verdict(new Port(shown), { now: grown.now });
      assert.equal(said(answer), 'UNKNOWN MDT_SOURCE');
      assert.match(String(step(answer, 'canary')['doubt']), says);
    }
  });

  it('is TRIPPED by a missing code, stays so where it is left out, and asks from the newest known on (MDT-STA-107)', async () => {
    const at = grown.now;
    const series = statuses({ at: at - 300 }, { at: at - 200, lacks: ['RAID'] }, { at: at - 100, lacks: ['RAID'] });
    const port = new Port(series);
    const tripped = await verdict(port, { now: at });
    assert.equal(said(tripped), 'TRIPPED MDT_STATUS_CODE');
    assert.deepEqual([step(tripped, 'canary')['lacks'], tripped.field], [['RAID'], '/status/codes']);
    port.shown = series.slice(0, 1);
    assert.equal(said(await verdict(port, { now: at })), 'TRIPPED MDT_STATUS_CODE');
    assert.deepEqual(
      port.asked.map(([, from]) => from),
      [0, 2],
    );
  });

  it('keeps two STATUSes of one number, which contradict one another for ever', async () => {
    const at = grown.now;
    const port = new Port(statuses({ at: at - 300 }));
    assert.equal(said(await verdict(port, { now: at })), 'ACTIVE');
    const first = port.kept;
    port.shown = statuses({ at: at - 200 });
    assert.equal(said(await verdict(port, { now: at })), 'TRIPPED MDT_STATUS_SEQ');
    port.shown = first;
    assert.equal(said(await verdict(port, { now: at })), 'TRIPPED MDT_STATUS_SEQ');
  });

  it('does not look at the canary of an entity that nobody expects', async () => {
    const port = new Port(statuses({ at: grown.now - 60 }));
    const free = await verdict(port, { now: grown.now, pins: [] });
    assert.equal(said(free), 'UNPINNED MDT_UNPINNED');
    assert.deepEqual([port.asked, step(free, 'canary')], [[], {}]);
  });

  it('is TRIPPED where the lineage of an entity that is known is broken, and REJECTED where it is not known', async () => {
    const other = new GrownLineage('canary', 'relay', undefined, ({ keys, policy }) => ({
      keys: { ...keys, status: STATUS_KEY },
      policy: { ...policy, canary_max_age_seconds: AGE },
    }));
    other.retire();
    other.heartbeat();
    const broken = other.hosted();
    const memory = new Kept();
    const port = new Port(statuses({ at: grown.now - 60 }));
    const setting = { from: other, canary: port, now: other.now, memory };
    assert.equal(said(await verdictOn(broken, setting)), 'REJECTED MDT_LINEAGE_BROKEN');
    assert.equal(said(await verdict(new Port(statuses({ at: now - 60 })), { memory, now })), 'ACTIVE');
    assert.equal(said(await verdictOn(broken, setting)), 'TRIPPED MDT_LINEAGE_BROKEN');
  });
});
