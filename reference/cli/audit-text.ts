/** The verdict of an audit for people: what was read, a line for each finding, and the verdict last. */
import type { AuditedRange, AuditFinding, AuditVerdict } from '../gen/schemas.ts';
import { inline } from './terminal.ts';

export function auditText({ verdict, verification, log, anchors, promises, findings, omitted }: AuditVerdict): string {
  const { verdict: entity, entity_id: id, headers } = verification;
  const lines = [
    `entity    ${entity}${id === undefined ? '' : `  ${id}`}`,
    ...(headers.tip ? [`chain     up to ${headers.tip.height}`] : []),
    ...(log
      ? [
          `log       ${inline(log.url)}`,
          `roots     ${rangeText(log.roots)}`,
          `entries   ${rangeText(log.entries)}`,
          ...(log.recomputed ? [`tree      ${log.recomputed.tree_size} entries, ${log.recomputed.root}`] : []),
        ]
      : []),
    ...(anchors ? [`anchors   ${anchors.activity_roots} of roots, ${anchors.statuses} of STATUSes`] : []),
    ...(promises ? [`promises  ${promises.kept} kept, ${promises.broken} broken, ${promises.open} open`] : []),
    '',
    ...findings.map(findingLine),
    ...(omitted === undefined ? [] : [`  and ${omitted} more`]),
    verdict,
  ];
  return `${lines.join('\n')}\n`;
}

function rangeText({ from, to }: AuditedRange): string {
  if (to === 0) return 'none';
  if (from === 0) return `${to}, all of them read`;
  return from === to ? `${to}, none of them new` : `${to}, read from ${from} on`;
}

function findingLine({ code, requirement, place, message }: AuditFinding): string {
  return `✗ ${inline(place)}: ${inline(message)}\n  ${code} (${requirement})`;
}
