/** The suites that judge a client: what it answers about what it is shown, and about what it fetches itself. */
import type { Suite } from '../kit/check.ts';
import { PAT_SUITES } from './07-answers.ts';
import { NETWORK_SUITES } from './07-network.ts';
import { REGISTERING_SUITES } from './10-registering.ts';

export const CLIENT_SUITES: readonly Suite[] = [...PAT_SUITES, ...NETWORK_SUITES, ...REGISTERING_SUITES];
