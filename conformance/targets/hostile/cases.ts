/** What hostile targets do, and what a run has to come to: how the verdict is reached is the kit's affair, that it is and what it costs is looked at here. */
import type { Report, RunEvent } from '../../../reference/gen/schemas.ts';

/** What a run of the command line left. */
export interface Evidence {
  readonly report: Report;
  readonly events: readonly RunEvent[];
  /** What it printed. */
  readonly terminal: string;
  readonly html: string;
  readonly junit: string;
}

export interface Case {
  readonly id: string;
  /** File in programs/, loaded before the reference. */
  readonly program: string;
  readonly mode: 'command' | 'image';
  /** One that breaks no rule is certified. `none` also where it was ended before it could listen. */
  readonly verdict: 'certified' | 'not certified' | 'none';
  /** Holds the kit until its time limits, and works little. */
  readonly waits?: true;
  /** Anything else that must hold, in words what does not. */
  readonly look?: (evidence: Evidence) => string[];
}

const OVER_LIMITS = /for going over its limits: /;

/** Those that the kit waits for longest come first. */
export const CASES: readonly Case[] = [
  { id: 'slow-loris', program: 'slow-loris', mode: 'command', verdict: 'not certified', waits: true },
  { id: 'endless-stream', program: 'endless-stream', mode: 'command', verdict: 'not certified', waits: true },
  { id: 'gzip-bomb', program: 'gzip-bomb', mode: 'command', verdict: 'not certified', waits: true },
  { id: 'header-bomb', program: 'header-bomb', mode: 'command', verdict: 'not certified', waits: true },
  { id: 'data-folder', program: 'data-folder', mode: 'command', verdict: 'not certified', look: onlyUnread },
  { id: 'stderr-flood', program: 'stderr-flood', mode: 'command', verdict: 'none', look: endedForLimits },
  { id: 'escapes', program: 'escapes', mode: 'command', verdict: 'not certified', look: harmless },
  { id: 'ready-twice', program: 'ready-twice', mode: 'command', verdict: 'not certified', look: twice },
  // What a target starts is its own affair, as long as the kit can end it.
  { id: 'orphan', program: 'orphan', mode: 'command', verdict: 'certified', look: endedStrangers },
  { id: 'fork-bomb', program: 'fork-bomb', mode: 'command', verdict: 'none', look: endedForLimits },
  { id: 'fork-bomb-scattered', program: 'fork-bomb-scattered', mode: 'command', verdict: 'none', look: endedForLimits },
  { id: 'orphan-image', program: 'orphan', mode: 'image', verdict: 'certified' },
  { id: 'stderr-flood-image', program: 'stderr-flood', mode: 'image', verdict: 'none', look: endedForLimits },
  { id: 'fork-bomb-image', program: 'fork-bomb', mode: 'image', verdict: 'none' },
];

function endedForLimits({ report: { reason = '' } }: Evidence): string[] {
  return OVER_LIMITS.test(reason) ? [] : [`the reason names no limit: ${reason}`];
}

/** All that can be said against it is that not all of its data could be searched. */
function onlyUnread({ report }: Evidence): string[] {
  const against = report.checks.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not observable');
  const ids = [...new Set(against.map(({ requirement, outcome }) => `${requirement} ${outcome}`))];
  return ids.join() === 'MDT-SEC-003 untestable' ? [] : [`what stands against it is ${ids.join(', ')}`];
}

/** It is ready once more than it may be, and that is all that can be said against it. */
function twice({ report, events }: Evidence): string[] {
  const lines = events.flatMap((event) =>
    event.type === 'target_line' && event.stream === 'stdout' && event.text.includes('"ready"') ? [event.text] : [],
  );
  const failed = report.checks.filter(({ outcome }) => outcome === 'fail').map(({ requirement }) => requirement);
  const problems = [...new Set(failed)].join() === 'MDT-TGT-012' ? [] : [`what failed is ${failed.join()}`];
  return lines.length >= 2 && lines[0] === lines[1] ? problems : [...problems, 'it was not ready twice'];
}

function endedStrangers({ events }: Evidence): string[] {
  const told = events.some((event) => event.type === 'target_line' && event.text.includes('had left the target'));
  return told ? [] : ['the kit ended no process that had left'];
}

/** Nothing but text on the terminal and in the reports, and no markup of the target's in them. */
function harmless({ report, terminal, html, junit }: Evidence): string[] {
  const failed = report.checks.filter(({ outcome }) => outcome === 'fail').map(({ requirement }) => requirement);
  const problems = [...new Set(failed)].join() === 'MDT-TGT-002' ? [] : [`other requirements failed: ${failed.join()}`];
  for (const [name, text] of Object.entries({ terminal, html, junit })) {
    const bad = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.exec(text.replaceAll(/[\t\n\r]/g, ''));
    if (bad) problems.push(`${name} has the character U+${bad[0].codePointAt(0)?.toString(16) ?? ''}`);
  }
  for (const [name, text] of Object.entries({ html, junit }))
    if (text.includes('<script>window.owned')) problems.push(`${name} has markup of the target's`);
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.test(junit)) problems.push('junit.xml is not well-formed');
  return problems;
}
