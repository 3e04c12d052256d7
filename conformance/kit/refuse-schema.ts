/** What no schema allows, as the oracle refuses (MDT-DOC-110, MDT-DOC-111). */
import { Refusal } from '../oracle/refusal.ts';
import { schemaFault } from './schemas.ts';

export function refuseSchema(name: string, value: unknown): void {
  const fault = schemaFault(name, value);
  if (!fault) return;
  throw new Refusal(fault.unknownMember ? 'MDT_UNKNOWN_MEMBER' : 'MDT_SCHEMA', fault.field, fault.message);
}
