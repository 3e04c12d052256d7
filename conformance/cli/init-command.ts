/** `init`: write a target manifest to begin with. */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { KitError } from '../kit/kit-error.ts';
import { loadTarget } from '../kit/manifest.ts';
import { PROJECT } from '../kit/project.ts';
import type { CommandMaker } from './command.ts';

interface Options {
  readonly name?: string;
  readonly role: string;
  readonly command: string;
}

const EXAMPLES = `
Examples:
  $ milagro-trust init my-dta.target.yaml
  $ milagro-trust init my-dta.target.yaml --command './my-dta --stdio'

An existing file is never overwritten.`;

export const initCommand: CommandMaker = () =>
  new Command('init')
    .description('write a target manifest to begin with')
    .argument('[file]', 'where to', 'my-implementation.target.yaml')
    .option('--name <name>', 'name of the implementation (default: from the file name)')
    .addOption(new Option('--role <role>', 'what it is').choices(['dta', 'idp', 'relay']).default('dta'))
    .option(
      '--command <words>',
      'how it is started; it reads the launch configuration from standard input',
      './my-implementation',
    )
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Options) => {
      const path = resolve(file);
      write(path, manifest(options.name ?? nameOf(path), options));
      checkWritten(path);
      process.stdout.write(
        `${file} is written. Say in it what your implementation claims, then:\n\n  milagro-trust certify ${file}\n`,
      );
    });

function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.target\.ya?ml$|\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return name === '' ? 'my-implementation' : name.slice(0, 64);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new KitError(
      'MDT_KIT_USAGE',
      exists ? `${path} is there already` : `${path} cannot be written: ${(cause as Error).message}`,
      { field: 'file', cause },
    );
  }
}

/** What is written is valid, or the options were not; then nothing stays behind. */
function checkWritten(path: string): void {
  try {
    loadTarget(path);
  } catch (error) {
    rmSync(path);
    throw error;
  }
}

function manifest(name: string, { role, command }: Options): string {
  const words = command
    .trim()
    .split(/\s+/)
    .map((word) => JSON.stringify(word));
  return `# A target: how the kit starts your implementation, and what you claim of it.
# What every member means: spec/certification.md. The schema below lets an editor complete it.
$schema: ${pathToFileURL(join(PROJECT, 'schemas/target-manifest.schema.json')).href}
manifest: 1
name: ${JSON.stringify(name)}
role: ${role}

# The program and its arguments. Relative paths are taken from this file's folder; $NODE is the Node that runs the kit.
mode: command
command: [${words.join(', ')}]

claims:
  # What is not claimed is neither passed nor failed.
  profiles: [identity]
  # Add "clock" if it honours {"control":"clock"}, "import_secrets" if it takes the keys of the launch configuration.
  features: []

# Requirements that you know to fail, with the reason. They still run and have to fail.
# known_failing:
#   - id: MDT-HST-005
#     reason: compression comes with the next release
`;
}
