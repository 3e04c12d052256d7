/** Interleaved medians: ours and the peer take turns, so that what else the machine does falls on both. */

export interface Benchmark {
  /** `<what>/<peer>`. */
  id: string;
  peerName: string;
  /** What a person thinks of it in; µs where nothing is said. */
  unit?: Unit;
  ours(): unknown;
  peer(): unknown;
}

export type Unit = 'µs/op' | 'ms/op' | 'appends/s' | 'proofs/s' | 'MiB' | 'octets';

/** A part of the whole, for whoever only wants to see that the large ones run. */
export const SCALE: number = Number(process.env['BENCH_SCALE'] ?? 1);

/** What is measured in a way of its own; `id` is that of the first of its measurements. */
export interface Measured {
  readonly id: string;
  measured(): Promise<Measurement[]>;
}

/** One line of out/bench.json. `ratio` above 1 means that ours is faster. */
export interface Measurement {
  id: string;
  unit: Unit;
  ours: number;
  peer: number;
  peerName: string;
  ratio: number;
  runs: number;
}

const RUNS = 25;
/** Long against the resolution of the clock, short against a scheduler's slice. */
const SAMPLE_MS = 8;
/** An operation of 30 ms is compiled after a dozen or two. */
const WARM_UP_MS = 600;

type Operation = () => unknown;

export async function measure(benchmark: Benchmark, runs: number = RUNS): Promise<Measurement> {
  const { id, peerName, unit = 'µs/op', ours, peer } = benchmark;
  const scale = unit === 'ms/op' ? 1_000 : 1;
  const [oursCount, peerCount] = [await calibrate(ours), await calibrate(peer)];
  const samples: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let run = 0; run < runs; run++) {
    const oursFirst = run % 2 === 0;
    if (oursFirst) samples.ours.push(await sample(ours, oursCount));
    samples.peer.push(await sample(peer, peerCount));
    if (!oursFirst) samples.ours.push(await sample(ours, oursCount));
  }
  const [oursTime, peerTime] = [median(samples.ours), median(samples.peer)];
  return {
    id,
    unit,
    ours: rounded(oursTime / scale),
    peer: rounded(peerTime / scale),
    peerName,
    ratio: rounded(peerTime / oursTime),
    runs,
  };
}

/** Runs until the compiler has seen enough, and tells how many operations fill a sample. */
async function calibrate(operation: Operation): Promise<number> {
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < WARM_UP_MS) {
    await operation();
    count++;
  }
  return Math.max(1, Math.round((count * SAMPLE_MS) / (performance.now() - began)));
}

/** µs an operation. */
async function sample(operation: Operation, count: number): Promise<number> {
  const began = performance.now();
  for (let done = 0; done < count; done++) {
    const pending = operation();
    if (pending instanceof Promise) await pending;
  }
  return ((performance.now() - began) * 1000) / count;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
