/** `init`: write a target manifest to begin with. */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { KitError } from '../kit/kit-error.ts';
import { loadTarget } from '../kit/manifest.ts';
import { schemaFault } from '../kit/schemas.ts';
import type { CommandMaker } from './command.ts';
import { manifestTemplate, MODES, type Described, type Mode } from './manifest-template.ts';

interface Options {
  readonly name?: string;
  readonly mode: Mode;
  readonly role?: string;
  readonly command?: string;
}

const EXAMPLES = `
Examples:
  $ milagro-trust init my-dta.target.yaml
  $ milagro-trust init my-dta.target.yaml --command './my-dta --stdio'
  $ milagro-trust init my-dta.target.yaml --mode image           a container image in place of a program
  $ milagro-trust init live.target.yaml --mode endpoints         a service that runs already, which is only looked at
  $ milagro-trust init my-pat.target.yaml --mode pat             a client: whoever verifies

An existing file is never overwritten.`;

export const initCommand: CommandMaker = () =>
  new Command('init')
    .description('write a target manifest to begin with')
    .argument('[file]', 'where to', 'my-implementation.target.yaml')
    .option('--name <name>', 'name of the implementation (default: from the file name)')
    .addOption(new Option('--mode <mode>', 'how it plugs in').choices([...MODES]).default('command'))
    .addOption(new Option('--role <role>', 'what it is (default: dta)').choices(['dta', 'idp', 'relay']))
    .option('--command <words>', 'how it is started, in modes command and pat (default: ./my-implementation)')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Options) => {
      const path = resolve(file);
      write(path, manifestTemplate(described(options.name ?? nameOf(path), options)));
      checkWritten(path);
      process.stdout.write(
        `${file} is written. Say in it what your implementation claims, then:\n\n  milagro-trust certify ${file}\n`,
      );
    });

/** @throws KitError MDT_KIT_USAGE for an option that says nothing in this mode */
function described(name: string, { mode, role, command }: Options): Described {
  const vain = (field: string): KitError =>
    new KitError('MDT_KIT_USAGE', `a manifest of mode ${mode} takes none`, { field });
  if (schemaFault('target-manifest', name, '/properties/name'))
    throw new KitError('MDT_KIT_USAGE', `${name} is no name of a target; ${nameOf(name)} would be one`, {
      field: '--name',
    });
  if (mode === 'pat' && role !== undefined) throw vain('--role');
  if (mode !== 'pat' && mode !== 'command' && command !== undefined) throw vain('--command');
  return { name, mode, role: mode === 'pat' ? 'pat' : (role ?? 'dta'), command: command ?? './my-implementation' };
}

/** One that is allowed and most like it. */
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
