/** The suites, one a chapter, in reading order. */
import type { Suite } from '../kit/check.ts';
import { anchors } from './02-anchors.ts';
import { birthRecord } from './03-birth-record.ts';
import { certification } from './certification.ts';
import { documents } from './01-documents.ts';
import { hosting } from './03-hosting.ts';
import { lineage } from './02-lineage.ts';
import { locatorAndProofs } from './02-locator-and-proofs.ts';

export const SUITES: readonly Suite[] = [
  documents,
  anchors,
  lineage,
  locatorAndProofs,
  birthRecord,
  hosting,
  certification,
];
