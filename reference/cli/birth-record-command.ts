/** `birth-record`: make an example, check a record or a hosted record, print a digest. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { buildRecord } from '../core/birth-record.ts';
import { checkRecordRules } from '../core/birth-record-rules.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { parseDocument, parseEnvelope } from '../core/document-octets.ts';
import { bytesToHex } from '../core/hex.ts';
import { MAX_ENVELOPE_OCTETS, verifyHostedRecord } from '../core/hosted-record.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import { identityOf } from '../entity/identity.ts';
import { makeSecrets, publicIdentity } from '../entity/secrets.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import { Entropy } from '../runtime/entropy.ts';
import { readInput, show, type CommandMaker, type Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust birth-record example > record.json
  $ milagro-trust birth-record check record.json
  $ curl -s http://127.0.0.1:8080/.well-known/milagro-birth-record | milagro-trust birth-record check -
  $ milagro-trust birth-record digest --json record.json`;

const JSON_OPTION = ['--json', 'print one JSON object'] as const;
const FILE = ['<file>', 'a JSON file, or - for standard input'] as const;
const REGTEST_GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';

export const birthRecordCommand: CommandMaker = (terminal) => {
  const command = new Command('birth-record')
    .description('make, check and digest Birth Records (spec chapter 3)')
    .addHelpText('after', EXAMPLES);
  command
    .command('example')
    .description('print an unsigned Birth Record of a D-TA on regtest; the secrets behind its keys are thrown away')
    .addHelpText('after', EXAMPLES)
    .action(() => terminal.out(`${JSON.stringify(exampleRecord(), null, 2)}\n`));
  command
    .command('check')
    .description('check a Birth Record, or a hosted record with its signature, anchor and lineage')
    .argument(...FILE)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { json }: { json?: boolean }) => check(terminal, file, json));
  command
    .command('digest')
    .description('print the digest of a document: SHA-256 of its canonical octets (MDT-DOC-010)')
    .argument(...FILE)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { json }: { json?: boolean }) => {
      const document = parseDocument(await readInput(file, MAX_ENVELOPE_OCTETS, terminal));
      const sha256 = bytesToHex(documentDigest(document));
      if (json === true) show(terminal, { sha256, canonical_octets: canonicalOctets(document).length }, true);
      else terminal.out(`${sha256}\n`);
    });
  return command;
};

async function check(terminal: Terminal, file: string, json: boolean | undefined): Promise<void> {
  const octets = await readInput(file, MAX_ENVELOPE_OCTETS, terminal);
  if ('birth_record' in parseEnvelope(octets, MAX_ENVELOPE_OCTETS)) {
    const { hosted, digest, tip, links } = verifyHostedRecord(octets);
    const { locator } = hosted.anchor;
    return show(
      terminal,
      { valid: 'hosted record', entity_id: digest, ...summary(hosted.birth_record), locator, tip, links },
      json,
    );
  }
  const record = validate('birth-record', parseDocument(octets));
  checkRecordRules(record);
  const sha256 = bytesToHex(documentDigest(record));
  show(terminal, { valid: 'birth record, without its signature and anchor', sha256, ...summary(record) }, json);
}

function summary({ role, name, issuer }: BirthRecord): Record<string, string> {
  return { role, name, issuer };
}

/** A record that is right in itself; block, outpoint and times are made up. */
function exampleRecord(): BirthRecord {
  const issuer = 'http://127.0.0.1:8080';
  const common = {
    name: 'Example D-TA',
    operator: { legal_name: 'Example Ltd', jurisdiction: 'GB', contact: 'mailto:operator@example.org' },
    issuer,
    grpc: '127.0.0.1:8081',
    policy: {
      log_period_seconds: 3_600,
      anchor_period_seconds: 86_400,
      canary_max_age_seconds: 273_600,
      confirmations: 6,
      channel_confirmations: 100,
    },
  };
  return buildRecord(identityOf(common, publicIdentity(makeSecrets('dta', new Entropy(randomBytes), {})), []), {
    chain: {
      genesis: REGTEST_GENESIS,
      header_format: 'sha256d-80',
      checkpoint: { height: 0, hash: REGTEST_GENESIS },
    },
    created: formatTime(Math.floor(Date.now() / 1000)),
    freshness: { height: 0, hash: REGTEST_GENESIS },
    lineage: { txid: '00'.repeat(32), vout: 0 },
  });
}
