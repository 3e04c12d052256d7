import { describe, it } from 'mocha';
import { refuses } from '../core/expect-error.ts';
import { Clock } from '../runtime/clock.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { ActivityLog } from './activity-log.ts';
import { DurableLog } from './durable-log.ts';
import { LogSigner } from './log-signer.ts';

describe('an activity log', () => {
  it('refuses an entry of an earlier life that has no time, with its index', async () => {
    for (const found of ['null', '5', '{}', '{"time":5e300}', '{"time":"never"}', 'junk']) {
      const entries = await DurableLog.open(temporaryFolder());
      for (const text of ['{"time":"2026-01-01T00:00:00Z"}', found]) await entries.append(Buffer.from(text));
      const parts = { entries, clock: new Clock(), signer: new LogSigner(new Uint8Array(32)) };
      const begun = (): unknown => new ActivityLog({ ...parts, entityId: new Uint8Array(32) });
      await refuses(begun, 'MDT_STATE', '/data_dir/log/entries/1');
      await entries.close();
    }
  });
});
