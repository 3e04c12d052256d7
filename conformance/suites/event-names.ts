/** What a target said of itself, in order, for a failure's text. */
export function eventNames(lines: readonly { line: object }[] | undefined): string {
  return (lines ?? [])
    .flatMap(({ line }) =>
      'event' in line ? [`${String(line.event)}${'code' in line ? ` ${String(line.code)}` : ''}`] : [],
    )
    .join(', ');
}
