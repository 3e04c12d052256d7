/** Every scenario of a client in the network. */
import type { Scenario } from '../scenario.ts';
import { CANARIES } from './canaries.ts';
import { ENTITIES } from './entities.ts';
import { HOSTS } from './hosts.ts';
import { MEMORIES } from './memories.ts';
import { P2P } from './p2p.ts';
import { SOURCES } from './sources.ts';

export const SCENARIOS: readonly Scenario[] = [...SOURCES, ...P2P, ...HOSTS, ...ENTITIES, ...MEMORIES, ...CANARIES];
