/** The launch contract's times (spec/certification.md C.1), in milliseconds, and how often the kit mines. */
export const LISTENING_MS = 10_000;
export const READY_MS = 30_000;
export const RESTART_READY_MS = 5_000;
export const STOP_MS = 5_000;
/** From the block that makes a declaration deep enough, or an anchor that was lost, to what is then served. */
export const CHANGED_MS = 15_000;
/** A target that waits says so within this time. */
export const WAITING_MS = 10_000;
/** How long a target is watched for something that it must not do, while blocks arrive. */
export const WATCH_MS = 1_000;
/** A missed deadline is measured, not guessed: the kit waits this much longer before it gives up. */
export const GRACE = 1.5;
export const BLOCK_EVERY_MS = 200;
/** What a target says in one go arrives in pieces; this long after the first all of it is there. */
export const BREATH_MS = 250;
