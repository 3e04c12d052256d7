/** All calls of the double, each as the chapter asks for. */
import { anchorCalls } from './anchor-calls.ts';
import type { Back, Calls } from './call-types.ts';
import { chainCalls } from './chain-calls.ts';
import { registrationCalls } from './registration-calls.ts';

export function callsOf(back: Back): Calls {
  return { ...chainCalls(back), ...anchorCalls(back), ...registrationCalls(back) };
}
