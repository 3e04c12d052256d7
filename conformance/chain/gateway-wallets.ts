/**
 * Names of wallets that a target may give. bitcoind takes a path for a name, so that `createwallet "../../x"` would write
 * files wherever its user may. Other calls that read or write at a path of the caller's choosing (`backupwallet`,
 * `dumptxoutset`, `restorewallet`, `importmempool` …) are not among those that a target may call (rpc-users.ts).
 */
import type { Refusal } from './gateway-answers.ts';
import type { RpcEntry } from './gateway-calls.ts';

/** Calls whose first parameter names a wallet, and the parameter's name. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['createwallet', 'wallet_name'],
  ['loadwallet', 'filename'],
  ['unloadwallet', 'wallet_name'],
]);
const WALLET_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** What bitcoind says of a parameter that it does not take: RPC_INVALID_PARAMETER. */
const REFUSAL: Refusal = {
  code: -8,
  message:
    'the name of a wallet has 1 to 64 characters of A-Z a-z 0-9 . _ -, the first not a dot: the kit lets no target name a path on this machine',
};

/** Why the kit does not pass a call on, if it does not. */
export function walletRefusal({ method, params }: RpcEntry): Refusal | undefined {
  const member = NAMED_BY.get(method);
  if (member === undefined) return undefined;
  const name = firstOf(params, member);
  if (name === undefined || name === null) return undefined; // bitcoind answers that by itself, or takes the name of the URL
  return typeof name === 'string' && WALLET_NAME.test(name) ? undefined : REFUSAL;
}

/**
 * The octets to pass on in the place of `body`. Of members that stand twice JSON.parse keeps the last and bitcoind
 * takes the first: where a wallet could be named, it is given exactly what was examined, `undefined` where that is no JSON.
 */
export function examined(body: Buffer): Buffer | undefined {
  const mayName = ['createwallet', 'loadwallet', '\\u'].some((part) => body.includes(part));
  if (!mayName) return body;
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8'))));
  } catch {
    return undefined;
  }
}

/** By position, by name, or, as bitcoind also takes it, by position in the member `args`. */
function firstOf(params: unknown, member: string): unknown {
  if (Array.isArray(params)) return params[0];
  if (params === null || typeof params !== 'object') return undefined;
  const named = params as Record<string, unknown>;
  const { args } = named;
  return named[member] ?? (Array.isArray(args) ? args[0] : undefined);
}
