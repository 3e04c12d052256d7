/** RFC 3339 in UTC with whole seconds (MDT-DOC-003). */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
