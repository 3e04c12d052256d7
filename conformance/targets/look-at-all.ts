/** Looks at many targets, a few at a time, as `make null-targets` and `make hostile` do: a line for each, results in `out/`, the sum in the last line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../kit/project.ts';

export interface Looked {
  readonly id: string;
  readonly ms: number;
  /** What is wrong, in words; empty where nothing is. */
  readonly problems: readonly string[];
}

/** Targets that are looked at in this order, so many at a time. */
interface Together {
  readonly ids: readonly string[];
  readonly sideBySide: number;
}

/**
 * Calls `look` for each target of the first of `groups`, then for each of the next. With
 * `again`, what is wrong the first time is told, and looked at once more with nothing beside it: what stood beside it may have
 * taken the machine. Writes what comes to `out/<file>`.
 * Gives the status to exit with: 0 only if something was looked at and nothing is wrong.
 */
export async function lookAtAll(
  groups: readonly Together[],
  look: (id: string) => Promise<Looked>,
  { file, again = false }: { file: string; again?: boolean },
): Promise<number> {
  const results: Looked[] = [];
  const doubtful: string[] = [];
  const worker = async (queue: string[], isLast: boolean): Promise<void> => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const result = await look(id);
      if (!isLast && result.problems.length > 0) {
        process.stdout.write(`again    ${id.padEnd(22)} ${result.problems.join('; ')}\n`);
        doubtful.push(id);
        continue;
      }
      results.push(result);
      const { problems, ms } = result;
      const how = problems.length === 0 ? 'ok     ' : 'FAILED ';
      process.stdout.write(
        `${how} ${id.padEnd(22)} ${String(ms)} ms${problems.map((each) => `\n        ${each}`).join('')}\n`,
      );
    }
  };
  for (const { ids, sideBySide } of groups) {
    const queue = [...ids];
    await Promise.all(Array.from({ length: sideBySide }, () => worker(queue, !again)));
  }
  await worker(doubtful.splice(0), true);
  results.sort((a, b) => a.id.localeCompare(b.id));
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  writeFileSync(join(PROJECT, 'out', file), `${JSON.stringify(results, undefined, 2)}\n`);
  const good = results.filter(({ problems }) => problems.length === 0).length;
  process.stdout.write(`${String(good)} passed, ${String(results.length - good)} failed, 0 skipped\n`);
  return results.length > 0 && good === results.length ? 0 : 1;
}
