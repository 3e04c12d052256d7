/** `make bench`: measures and writes out/bench.json. `ONLY=<id prefix>` (environment) or the first argument narrows it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmarks } from './benchmarks.ts';
import { headers } from './headers.ts';
import { idpCalls } from './idp.ts';
import { log } from './log.ts';
import { registrations } from './registrations.ts';
import { relayCalls } from './relay-calls.ts';
import { measure, type Measurement } from './measure.ts';

const OUT = join(import.meta.dirname, '../../out');

async function main(only: string): Promise<number> {
  mkdirSync(OUT, { recursive: true });
  const all = [
    ...loadBenchmarks().map((benchmark) => ({ id: benchmark.id, measured: async () => [await measure(benchmark)] })),
    ...headers(),
    ...log(),
    ...registrations(),
    ...relayCalls(),
    ...idpCalls(),
  ];
  const chosen = all.filter(({ id }) => id.startsWith(only));
  if (chosen.length === 0) {
    const known = all.map(({ id }) => id);
    console.error(`no benchmark begins with ${only}; there are ${known.join(', ')}`);
    return 2;
  }
  const results: Measurement[] = [];
  for (const { measured } of chosen) {
    for (const result of await measured()) {
      results.push(result);
      const unit = result.unit.replace('/op', '');
      console.log(
        `${result.id.padEnd(36)} ${String(result.ours).padStart(9)} ${unit}   ${String(result.peer).padStart(9)} ${unit}   ×${String(result.ratio)}   ${result.peerName}`,
      );
    }
  }
  writeFileSync(join(OUT, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  return 0;
}

process.exitCode = await main(process.argv[2] ?? process.env['ONLY'] ?? '');
