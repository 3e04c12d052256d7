/** What the ledger owes to its past and to its readers: former IDs that existed, none lost, and few requirements untestable. */
import type { Revision } from '../../conformance/kit/frozen.ts';
import type { Ledger } from '../../conformance/kit/ledger.ts';

/** Of all MUSTs, the part that may be untestable. */
const MOST_UNTESTABLE = 0.08;

/**
 * An ID of an earlier revision is never lost: it is a requirement, the former ID of one, or withdrawn by the change log.
 * And a former ID is one that some revision had.
 */
export function checkFormerIds({ requirements }: Ledger, revisions: readonly Revision[], changeLog: string): string[] {
  const frozen = new Set(revisions.flatMap((revision) => Object.keys(revision.requirements)));
  const former = new Map(
    [...requirements.values()].flatMap(({ id, legacyIds = [] }) => legacyIds.map((was) => [was, id])),
  );
  const withdrawn = withdrawnBy(changeLog);
  return [
    ...[...frozen]
      .filter((id) => !requirements.has(id) && !former.has(id) && !withdrawn.has(id))
      .map(
        (id) =>
          `${id} is lost: it is no requirement, no former ID ("> Was:"), and spec/CHANGELOG.md does not withdraw it`,
      ),
    ...[...former]
      .filter(([was]) => !frozen.has(was))
      .map(([was, id]) => `${id} was never ${was}: no frozen revision has that`),
  ];
}

/** IDs in entries of the change log that say `Withdrawn:`. */
export function withdrawnBy(changeLog: string): Set<string> {
  const entries = changeLog.split(/^(?=- |#)/m).filter((entry) => /\bWithdrawn:/.test(entry));
  return new Set(entries.flatMap((entry) => entry.match(/\bMDT-[A-Z]{3}-[0-9]{3}\b/g) ?? []));
}

/** A specification of which much cannot be seen from outside certifies little. */
export function checkUntestable({ requirements }: Pick<Ledger, 'requirements'>): string[] {
  const musts = [...requirements.values()].filter(({ level }) => level === 'MUST');
  const untestable = musts.filter((requirement) => requirement.untestable !== undefined);
  if (untestable.length <= musts.length * MOST_UNTESTABLE) return [];
  const ids = untestable.map(({ id }) => id).join(', ');
  return [
    `${String(untestable.length)} of ${String(musts.length)} MUSTs are untestable, more than ${String(MOST_UNTESTABLE * 100)} %: ${ids}`,
  ];
}
