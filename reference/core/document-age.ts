/** How old the block may be that a document names for its age, as readers see it (MDT-STA-110, MDT-LOG-111). */

/** Upon its freshness block, when it was written at the latest: 144 (MDT-DOC-015), and 24 of grace. */
export const LATEST_BLOCKS = 168;
