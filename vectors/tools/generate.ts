/**
 * Writes vectors/*.json. `node vectors/tools/generate.ts` (`make vectors`); with `--check` it writes nothing
 * and fails where a file differs from what the tools make. Everything is deterministic: keys are fixed,
 * chains are the recorded ones of vectors/sources/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import * as activityRoot from './activity-root.ts';
import * as anchorProof from './anchor-proof.ts';
import * as birthRecord from './birth-record.ts';
import * as canonicalJson from './canonical-json.ts';
import * as documentSignature from './document-signature.ts';
import * as ecdsa from './ecdsa.ts';
import * as headerChain from './header-chain.ts';
import * as enrolment from './enrolment.ts';
import * as hostedRecord from './hosted-record.ts';
import * as hostedSuccessor from './hosted-successor.ts';
import { lintVectors } from './lint.ts';
import * as locator from './locator.ts';
import * as logCheckpoint from './log-checkpoint.ts';
import * as logPromise from './log-promise.ts';
import * as logTree from './log-tree.ts';
import * as masterKey from './master-key.ts';
import * as merkle from './merkle.ts';
import * as patRegistration from './pat-registration.ts';
import * as payload from './payload.ts';
import * as status from './status.ts';
import * as verdict from './verdict.ts';
import { formatVectors } from './vector-builder.ts';

const FOLDER = join(import.meta.dirname, '..');

const BUILDERS: readonly (() => VectorFile)[] = [
  activityRoot.build,
  anchorProof.build,
  birthRecord.build,
  canonicalJson.build,
  documentSignature.build,
  ecdsa.build,
  enrolment.build,
  headerChain.build,
  hostedRecord.build,
  hostedSuccessor.build,
  locator.build,
  logCheckpoint.build,
  logPromise.build,
  logTree.build,
  masterKey.build,
  merkle.build,
  patRegistration.build,
  payload.build,
  status.build,
  verdict.build,
];

/** The files as they have to be, by name. */
function generateVectors(): Map<string, VectorFile> {
  return new Map(BUILDERS.map((build) => build()).map((file) => [`${file.algorithm}.json`, file]));
}

function main(checkOnly: boolean): number {
  const files = generateVectors();
  const faults = [...files].flatMap(([name, file]) => lintVectors(name, file));
  for (const [name, file] of files) {
    const path = join(FOLDER, name);
    const text = formatVectors(file);
    if (!checkOnly) writeFileSync(path, text);
    else if (text !== readOr(path)) faults.push(`vectors/${name} is not what vectors/tools make: run make vectors`);
  }
  for (const fault of faults) console.error(fault);
  const tests = [...files.values()].reduce((sum, file) => sum + file.numberOfTests, 0);
  if (faults.length === 0) console.log(`${String(files.size)} vector files, ${String(tests)} tests`);
  return faults.length === 0 ? 0 : 1;
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

process.exitCode = main(process.argv.includes('--check'));
