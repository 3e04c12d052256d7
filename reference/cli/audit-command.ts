/** `audit`: reads the whole activity log of an entity and holds it against its lineage (spec 8.7). */
import { join } from 'node:path';
import { Command } from 'commander';
import { audit } from '../audit/audit.ts';
import { forgetfulAudit, KeptAudits, type AuditState } from '../audit/audit-state.ts';
import { parseDocument } from '../core/document-octets.ts';
import { networkOf } from '../core/network.ts';
import { validate } from '../core/schema.ts';
import type { VerificationRequest } from '../core/verification/request.ts';
import type { LogPromise } from '../gen/schemas.ts';
import { forgetful, KeptState, type VerifierState } from '../pat/state.ts';
import { verifyUrl } from '../pat/verify.ts';
import { auditText } from './audit-text.ts';
import {
  chainOf,
  collect,
  collectPin,
  DEFAULT_CONFIRMATIONS,
  headerSources,
  positive,
  recordUrl,
  setting,
  WELL_KNOWN,
} from './reader-options.ts';
import { readInput, UsageError, type CommandMaker, type Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust audit https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332
  $ milagro-trust audit https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332 --state ~/.milagro-audit
  $ milagro-trust audit https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332 --promise promise.json --json

The record and its canary are verified first, as pat verify --canary does. Then every root and every entry is read.
With --state an audit goes on where the one before ended, and sees whether the log is still the same one.
Exit status: 0 CLEAN, 1 any other verdict, 2 usage.`;

const MAX_PROMISE_OCTETS = 16_384;

interface AuditOptions {
  pin: string[];
  headers: string[];
  chain: string;
  checkpoint?: string;
  confirmations: number;
  promise: string[];
  state?: string;
  json?: boolean;
}

export const auditCommand: CommandMaker = (terminal, finish) =>
  new Command('audit')
    .description('read the whole activity log of an entity, and say what is wrong with it')
    .argument('<url>', `the entity's issuer, or the address of its hosted record (${WELL_KNOWN})`)
    .option('--pin <entity_id>', 'an entity that is expected; may be given again', collectPin, [])
    .option(
      '--headers <url>',
      'a source of headers (p2p://host, grpcs://relay:port, or REST of a bitcoind); may be given again',
      collect,
      [],
    )
    .option('--chain <name|file>', 'main, regtest, or a file with chain parameters', 'main')
    .option('--checkpoint <file>', "the auditor's own checkpoint (else block 0 of the chain)")
    .option('--confirmations <n>', 'how deep the anchor has to be', positive, DEFAULT_CONFIRMATIONS)
    .option('--promise <file>', 'a promise that has to be kept; may be given again', collect, [])
    .option('--state <dir>', 'remember from audit to audit what was read')
    .option('--json', 'print the verdict as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: AuditOptions) => finish(await run(url, options, terminal)));

async function run(url: string, options: AuditOptions, terminal: Terminal): Promise<number> {
  const request: VerificationRequest = {
    ...{ url: recordUrl(url), pins: options.pin, confirmations: options.confirmations },
    ...{ now: Math.floor(Date.now() / 1000), bundled: false },
    ...(await chainOf(options, terminal)),
  };
  const sources = headerSources(options.headers, request.parameters.genesis);
  if (sources.length === 0) throw new UsageError('at least one --headers');
  const promises = await readPromises(options.promise, terminal);
  const states = openStates(options.state);
  try {
    const verification = await verifyUrl(request, sources, states.verifier, { canary: true });
    const plain = networkOf(request.parameters.genesis)?.name === 'regtest';
    const asked = { verification, now: request.now, confirmations: request.confirmations, plain };
    const verdict = await audit({ ...asked, promises }, states.audits);
    terminal.out(options.json === true ? `${JSON.stringify(verdict)}\n` : auditText(verdict));
    return verdict.verdict === 'CLEAN' ? 0 : 1;
  } finally {
    states.audits.close();
    states.verifier.close();
  }
}

async function readPromises(files: readonly string[], terminal: Terminal): Promise<LogPromise[]> {
  const promises: LogPromise[] = [];
  for (const file of files) {
    const octets = await readInput(file, MAX_PROMISE_OCTETS, terminal);
    promises.push(setting('--promise', () => validate('promise', parseDocument(octets))));
  }
  return promises;
}

/** Each remembers in a folder of its own. */
function openStates(folder: string | undefined): { verifier: VerifierState; audits: AuditState } {
  if (folder === undefined) return { verifier: forgetful(), audits: forgetfulAudit() };
  const verifier = setting('--state', () => new KeptState(join(folder, 'verifier')));
  try {
    return { verifier, audits: setting('--state', () => new KeptAudits(join(folder, 'audits'))) };
  } catch (error) {
    verifier.close();
    throw error;
  }
}
