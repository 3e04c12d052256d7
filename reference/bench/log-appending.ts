/** How the benchmarks of the log append: as many at a time as a busy service has requests. */
import type { DurableLog } from '../log/durable-log.ts';

export const CONCURRENCY = 256;
/** Octets; about what an entry of an activity log has. */
export const ENTRY: Buffer = Buffer.alloc(200, 'entry ');

export async function appendMany(log: DurableLog, count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left > 0) {
        left -= 1;
        await log.append(ENTRY);
      }
    }),
  );
}
