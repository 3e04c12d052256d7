/**
 * Null target: says all the right lines at the right time, and has neither server nor key nor record, nor asks its node
 * anything. It even refuses what a target has to refuse. Whatever it passes was judged by words alone.
 */
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

const ADDRESS = 'bcrt1qrddk7ux65n3x98wf38g87w5gs20cyk5kpkxj5h';
const ASKS_AFTER_MS = 900;
const READY_AFTER_MS = 4_500;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(field: string): never {
  say({ event: 'failed', code: 'MDT_LAUNCH', field });
  process.exit(1);
}

process.on('SIGTERM', () => process.exit(0));
let launched = false;
createInterface({ input: process.stdin }).on('line', (line) => {
  if (launched) return onControl(line);
  launched = true;
  onLaunch(line);
});

function onLaunch(line: string): void {
  let configuration: Partial<LaunchConfiguration>;
  try {
    configuration = JSON.parse(line) as Partial<LaunchConfiguration>;
  } catch {
    return fail('');
  }
  if (configuration.transport === undefined) fail('/transport');
  if (typeof configuration.policy?.confirmations !== 'number') fail('/policy/confirmations');
  say({ event: 'listening' });
  say({ event: 'waiting', code: 'MDT_CHAIN_UNAVAILABLE' });
  setTimeout(() => say({ event: 'funding', address: ADDRESS, min_sat: 1_000_000 }), ASKS_AFTER_MS);
  setInterval(() => {
    say({ event: 'waiting', code: 'MDT_CHAIN_UNAVAILABLE' });
    say({ event: 'waiting', code: 'MDT_WRONG_CHAIN' });
  }, 400);
  setTimeout(() => say({ event: 'ready', entity_id: '0'.repeat(64) }), READY_AFTER_MS);
}

function onControl(line: string): void {
  try {
    const { id, control, offset_seconds } = JSON.parse(line) as Record<string, unknown>;
    if (typeof id !== 'number') return;
    if (control !== 'clock') say({ id, ok: false, unsupported: true });
    else if (typeof offset_seconds === 'number') say({ id, ok: true });
    else say({ id, ok: false, code: 'MDT_CONTROL' });
  } catch {
    // no control line
  }
}
