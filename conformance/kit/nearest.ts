/**
 * "Did you mean …?": the candidate that is the fewest edits away, if it is near enough to be meant. Of a check's ID
 * (`MDT-HST-001/record`) whose requirement has checks, one of these is meant, however far away.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const requirement = word.includes('/') ? word.slice(0, word.indexOf('/') + 1) : undefined;
  const its = requirement === undefined ? [] : candidates.filter((each) => each.startsWith(requirement));
  const [best] = scored(word, its.length > 0 ? its : candidates);
  const isNear = its.length > 0 || (best && best.edits <= Math.max(1, Math.floor(word.length / 4)));
  return isNear ? best?.candidate : undefined;
}

/** The nearest first. */
function scored(word: string, candidates: readonly string[]): { candidate: string; edits: number }[] {
  return candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((a, b) => a.edits - b.edits);
}

/** Levenshtein distance, by rows. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min((row[j] ?? 0) + (left === right ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
