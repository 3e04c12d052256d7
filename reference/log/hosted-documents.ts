/** The envelopes in which roots and STATUSes are shown (MDT-LOG-022, MDT-STA-010). */
import { MdtError } from '../core/errors.ts';
import type { HostedActivityRoot, HostedStatus } from '../gen/schemas.ts';
import type { Canary } from './canary.ts';
import type { Following, SignedDocument } from './document-series.ts';
import type { PeriodRoots } from './period-roots.ts';

/**
 * @param seq the newest where it is not given
 * @throws MdtError MDT_NOT_FOUND
 */
export function hostedRoot(roots: PeriodRoots, seq?: number): HostedActivityRoot {
  const { document, sha256, signature } = found(seq === undefined ? roots.newest : roots.at(seq));
  return { activity_root: document, sha256, signature };
}

/** As `hostedRoot`. */
export function hostedStatus(canary: Canary, seq?: number): HostedStatus {
  const { document, sha256, signature } = found(seq === undefined ? canary.newest : canary.at(seq));
  return { status: document, sha256, signature };
}

function found<D extends Following>(signed: SignedDocument<D> | undefined): SignedDocument<D> {
  if (signed) return signed;
  throw new MdtError('MDT_NOT_FOUND', 'there is none yet');
}
