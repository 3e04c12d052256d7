/** By which rule the chain, the block or the time that a root or a STATUS names is refused (spec 8.7, 9.3). */
import type { ErrorCode } from '../core/errors.ts';

/** `undefined` for a refusal that is not of these. */
export function datingRequirement(
  { code, field }: { readonly code: ErrorCode; readonly field: string },
  area: 'LOG' | 'STA',
): string | undefined {
  const first = area === 'LOG' ? 109 : 108;
  if (code === 'MDT_SOURCE') return 'MDT-VER-111';
  if (code === 'MDT_WRONG_CHAIN') return `MDT-${area}-${first}`;
  if (code === 'MDT_FRESHNESS') return `MDT-${area}-${first + (field.endsWith('/created') ? 2 : 1)}`;
  return undefined;
}
