/**
 * OpenID's test modules that this kit plays, by the names that OpenID's conformance suite has for them. What each shows is
 * judged by a check of the same name.
 */
import { CLIENTS, type ClientsSeen } from './clients.ts';
import type { Plays } from './desk.ts';
import { LOGOUT, type LogoutSeen } from './logout.ts';
import { REQUESTS, type RequestsSeen } from './requests.ts';
import { TOKENS, type TokensSeen } from './tokens.ts';

/** What each shows. */
export type ModulesSeen = RequestsSeen & ClientsSeen & TokensSeen & LogoutSeen;
export type ModuleName = keyof ModulesSeen;

/** In the order in which they are played: what changes the keys, and what ends sessions, comes last. */
export const MODULES: Plays<ModulesSeen> = { ...REQUESTS, ...CLIENTS, ...TOKENS, ...LOGOUT };
