/** What the checks of this kit were tried with, by requirement: `coverage` among the events of a run tells it. */
import type { RunEvent } from '../../reference/gen/schemas.ts';
import rows from './tried-with.json' with { type: 'json' };
import type { Ledger } from './ledger.ts';

type Row = Extract<RunEvent, { type: 'coverage' }>['rows'][0];

/** A row for each requirement of the ledger that has vectors or faults, in its order. */
export function triedWith({ requirements }: Pick<Ledger, 'requirements'>): Row[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return [...requirements.keys()].flatMap((id) => known.get(id) ?? []);
}
