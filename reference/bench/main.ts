/** `make bench`: measures and writes out/bench.json. `ONLY=<id prefix>` (environment) or the first argument narrows it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmarks } from './benchmarks.ts';
import { measure, type Measurement } from './measure.ts';

const OUT = join(import.meta.dirname, '../../out');

async function main(only: string): Promise<number> {
  const chosen = loadBenchmarks().filter(({ id }) => id.startsWith(only));
  if (chosen.length === 0) {
    const known = loadBenchmarks().map(({ id }) => id);
    console.error(`no benchmark begins with ${only}; there are ${known.join(', ')}`);
    return 2;
  }
  const results: Measurement[] = [];
  for (const benchmark of chosen) {
    const result = await measure(benchmark);
    results.push(result);
    const unit = result.unit.slice(0, 2);
    console.log(
      `${result.id.padEnd(36)} ${String(result.ours).padStart(9)} ${unit}   ${String(result.peer).padStart(9)} ${unit}   ×${String(result.ratio)}   ${result.peerName}`,
    );
  }
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  return 0;
}

process.exitCode = await main(process.argv[2] ?? process.env['ONLY'] ?? '');
