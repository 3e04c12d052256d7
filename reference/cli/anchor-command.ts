/** `anchor`: encode and decode payloads, scripts and transactions; check a proof. */
import { Argument, Command, Option } from 'commander';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { firstOutpoint, readPayload } from '../core/anchor-transaction.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { bytesToHex, equalOctets, parseHex, printHash } from '../core/hex.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { OP_RETURN, opReturnScript, parseOpReturnScript } from '../core/op-return.ts';
import {
  decodePayload,
  encodePayload,
  MARKER,
  printedPayload,
  type ExperimentalPayload,
  type Payload,
  type Role,
} from '../core/payload.ts';
import { validate } from '../core/schema.ts';
import { parseTransaction, transactionHash } from '../core/transaction.ts';
import {
  readHexArgument,
  readInput,
  show,
  unsigned,
  UsageError,
  type CommandMaker,
  type Terminal,
} from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust anchor encode birth --role dta --digest $(milagro-trust birth-record digest record.json) --host-hint dta.example.org
  $ milagro-trust anchor decode 6a2f4d696c6167726f20442d544101...
  $ bitcoin-cli getrawtransaction <txid> | milagro-trust anchor decode --json -
  $ milagro-trust anchor check --confirmations 6 proof.json`;

const KINDS = {
  birth: 'BIRTH',
  status: 'STATUS',
  'activity-root': 'ACTIVITY_ROOT',
  successor: 'SUCCESSOR',
  retire: 'RETIRE',
  'pat-signature': 'PAT_SIGNATURE',
} as const;
/** A transaction fits in a block: 4,000,000 octets, in hexadecimal. */
const MAX_DIGITS = 8_000_000;
const DEFAULT_CONFIRMATIONS = 6;
const JSON_OPTION = ['--json', 'print one JSON object'] as const;

interface EncodeOptions {
  digest?: string;
  signature?: string;
  role?: Role;
  entityId?: string;
  hostHint?: string;
  json?: boolean;
}

export const anchorCommand: CommandMaker = (terminal) => {
  const command = new Command('anchor')
    .description('encode, decode and check anchors (spec chapter 2)')
    .addHelpText('after', EXAMPLES);
  command
    .command('encode')
    .description('print the payload of an anchor and the script that carries it')
    .addArgument(new Argument('<kind>', 'what the anchor is').choices(Object.keys(KINDS)))
    .option('--digest <hex>', 'digest of the document, 32 octets')
    .addOption(new Option('--role <role>', 'role of the entity (birth)').choices(['dta', 'idp', 'relay']))
    .option('--host-hint <host>', 'host, with its port where it has one (birth)')
    .option('--entity-id <hex>', 'entity_id, 32 octets (of what belongs to a lineage)')
    .option('--signature <hex>', 'PAT signature, 64 octets (pat-signature)')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((kind: keyof typeof KINDS, options: EncodeOptions) => encode(terminal, kind, options));
  command
    .command('decode')
    .description('print what a payload, an OP_RETURN script or a transaction says')
    .argument('<hex>', 'hexadecimal, or - for standard input')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (hex: string, { json }: { json?: boolean }) => {
      show(terminal, decode(await readHexArgument(hex, MAX_DIGITS, terminal)), json);
    });
  command
    .command('check')
    .description('check an AnchorProof by itself, and with --key the signature of input 0')
    .argument('<file>', 'an AnchorProof (JSON), or - for standard input')
    .option('--confirmations <n>', "policy.confirmations of the entity's record", unsigned, DEFAULT_CONFIRMATIONS)
    .option('--key <hex>', 'keys.anchor, 33 octets')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: { confirmations: number; key?: string; json?: boolean }) =>
      check(terminal, file, options),
    );
  return command;
};

function encode(terminal: Terminal, kind: keyof typeof KINDS, options: EncodeOptions): void {
  const payload = encodePayload(payloadOf(kind, options));
  show(
    terminal,
    { payload: bytesToHex(payload), script: bytesToHex(opReturnScript(payload)), octets: payload.length },
    options.json,
  );
}

function payloadOf(kind: keyof typeof KINDS, options: EncodeOptions): Payload {
  const { digest, role, entityId, hostHint, signature } = options;
  if (kind === 'pat-signature') {
    if (signature === undefined || Object.values(options).filter((each) => typeof each === 'string').length > 1)
      throw new UsageError('a pat-signature needs --signature, and nothing else');
    return { kind: KINDS[kind], signature: parseHex(signature, 'MDT_PAYLOAD_LENGTH', 'signature') };
  }
  if (signature !== undefined) throw new UsageError('--signature is for a pat-signature');
  if (digest === undefined) throw new UsageError('an anchor needs --digest');
  const octets = parseHex(digest, 'MDT_PAYLOAD_LENGTH', 'digest');
  if (kind === 'birth') {
    if (entityId !== undefined) throw new UsageError('--entity-id is not for a birth: its digest is the entity_id');
    if (role === undefined) throw new UsageError('a birth needs --role');
    return { kind: 'BIRTH', role, digest: octets, hostHint: hostHint ?? '' };
  }
  if (role !== undefined || hostHint !== undefined) throw new UsageError('--role and --host-hint are for a birth');
  if (entityId === undefined) throw new UsageError(`a ${kind} needs --entity-id`);
  return { kind: KINDS[kind], digest: octets, entityId: parseHex(entityId, 'MDT_PAYLOAD_LENGTH', 'entity_id') };
}

/** Tells a payload by its marker and a script by its first opcode; anything else is read as a transaction. */
function decode(hex: string): Record<string, unknown> {
  const octets = parseHex(hex, 'MDT_MALFORMED_TX', 'hex');
  if (equalOctets(octets.subarray(0, MARKER.length), MARKER))
    return { form: 'payload', ...describe(decodePayload(octets)) };
  if (octets[0] === OP_RETURN) return { form: 'script', ...describe(decodePayload(parseOpReturnScript(octets))) };
  const transaction = parseTransaction(octets, 'transaction');
  const txid = printHash(transactionHash(transaction));
  const outputs = transaction.outs.map(({ value, script }) => ({ value: Number(value), script: bytesToHex(script) }));
  return {
    form: 'transaction',
    txid,
    spends: firstOutpoint(transaction),
    ...describe(readPayload(transaction, 'transaction')),
    outputs,
  };
}

/** Of a kind that nobody defines, which it is. */
function describe(payload: Payload | ExperimentalPayload): Record<string, unknown> {
  const printed = printedPayload(payload);
  return payload.kind === 'EXPERIMENTAL' ? { ...printed, kind_octet: payload.kindOctet } : printed;
}

async function check(
  terminal: Terminal,
  file: string,
  options: { confirmations: number; key?: string; json?: boolean },
): Promise<void> {
  if (options.confirmations < 1) throw new UsageError('--confirmations is at least 1');
  const proof = validate(
    'anchor-proof',
    parseEnvelope(await readInput(file, MAX_ENVELOPE_OCTETS, terminal), MAX_ENVELOPE_OCTETS),
  );
  const { transaction, header } = verifyAnchorProof(proof, options.confirmations);
  if (options.key !== undefined) {
    verifyChainSignature(
      transaction,
      parseHex(options.key, 'MDT_WITNESS', '--key', 33),
      proof.prevout_value,
      '/transaction',
    );
  }
  show(
    terminal,
    {
      valid: options.key === undefined ? 'proof, its chain signature not checked (--key)' : 'proof and chain signature',
      txid: printHash(transactionHash(transaction)),
      block_hash: printHash(header.hash),
      ...describe(readPayload(transaction, '/transaction')),
    },
    options.json,
  );
}
