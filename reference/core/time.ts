/** Times of documents: RFC 3339, UTC, `Z`, whole seconds (MDT-DOC-003). */

/** The text of a time in seconds since 1970. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** MDT-DOC-015: a younger block could be orphaned and would leave an immutable document that nobody can verify. */
export const FRESHNESS_DEPTH = 6;

/** `created` of a document: the writer's clock, but never earlier than the median time past of the freshness block (MDT-DOC-016). */
export function creationTime(clockSeconds: number, freshnessMedianTime: number): string {
  return formatTime(Math.max(Math.floor(clockSeconds), freshnessMedianTime));
}

/** How far a time may be ahead of a reader's clock: as far as that of a header may (MDT-CHN-106), in seconds. */
export const MAX_AHEAD_SECONDS = 7_200;
