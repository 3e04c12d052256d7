/**
 * Errors of the kit itself, as opposed to failures of a target. Each has a code, the exit status it
 * leads to (conformance-kit contract in spec/certification.md) and says what to do next.
 */
export const EXIT = { certified: 0, failed: 1, usage: 2, infrastructure: 3, nothingRan: 4, interrupted: 130 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export type KitErrorCode =
  | 'MDT_KIT_USAGE'
  | 'MDT_KIT_MANIFEST'
  | 'MDT_KIT_LEDGER'
  | 'MDT_KIT_NO_CHAIN'
  | 'MDT_KIT_TARGET_START'
  | 'MDT_KIT_NOTHING_RAN'
  | 'MDT_KIT_FAULT'
  | 'MDT_KIT_VECTORS'
  | 'MDT_KIT_REPORT'
  | 'MDT_KIT_SHARDS';

const EXIT_OF: Record<KitErrorCode, ExitStatus> = {
  MDT_KIT_USAGE: EXIT.usage,
  MDT_KIT_MANIFEST: EXIT.usage,
  MDT_KIT_LEDGER: EXIT.usage,
  MDT_KIT_NO_CHAIN: EXIT.infrastructure,
  MDT_KIT_TARGET_START: EXIT.infrastructure,
  MDT_KIT_NOTHING_RAN: EXIT.nothingRan,
  MDT_KIT_FAULT: EXIT.failed,
  MDT_KIT_VECTORS: EXIT.failed,
  MDT_KIT_REPORT: EXIT.usage,
  MDT_KIT_SHARDS: EXIT.usage,
};

export class KitError extends Error {
  override readonly name = 'KitError';
  readonly code: KitErrorCode;
  /** JSON pointer or option name of what was wrong, where there is one. */
  readonly field: string | undefined;

  constructor(code: KitErrorCode, message: string, details: { field?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.field = details.field;
  }

  get exit(): ExitStatus {
    return EXIT_OF[this.code];
  }
}
