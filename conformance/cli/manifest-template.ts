/** A target manifest to begin with, in each of the modes, with comments that say what to fill in. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../kit/project.ts';

export const MODES = ['command', 'image', 'endpoints', 'pat'] as const;
export type Mode = (typeof MODES)[number];

export interface Described {
  readonly name: string;
  readonly mode: Mode;
  /** `pat` in the mode of this name. */
  readonly role: string;
  /** Program and arguments, by blanks; for the modes that start a program. */
  readonly command: string;
}

/** YAML, which names the schema for editors. */
export function manifestTemplate(described: Described): string {
  const { name, mode, role } = described;
  return `# A target: how the kit gets to your implementation, and what you claim of it.
# What every member means: spec/certification.md. The schema below lets an editor complete it.
$schema: ${pathToFileURL(join(PROJECT, 'schemas/target-manifest.schema.json')).href}
manifest: 1
name: ${JSON.stringify(name)}
# version: "1.0.0"
role: ${role}

mode: ${mode}
${WAY[mode](described)}
claims:
  # What is not claimed is neither passed nor failed.
  profiles: [identity]
${mode === 'command' || mode === 'image' ? FEATURES : ''}${mode === 'endpoints' ? '' : LIMITS}
# Requirements that you know to fail, with the reason. They still run and have to fail.
# known_failing:
#   - id: ${mode === 'pat' ? 'MDT-VER-101' : 'MDT-HST-005'}
#     reason: it comes with the next release
`;
}

const WAY: Readonly<Record<Mode, (described: Described) => string>> = {
  command: ({ command }) => `# The program and its arguments; it reads the launch configuration from standard input.
# Relative paths are taken from this file's folder; $NODE is the Node that runs the kit.
command: ${listOf(command)}
`,
  image: ({
    name,
  }) => `# A container image that behaves by the same launch contract. It is pulled where it is not on this machine:
# put the name of your registry in the place of localhost, from which nothing is pulled.
image:
  name: ${JSON.stringify(`localhost/${pathOf(name)}:latest`)}
  # In place of the image's own CMD:
  # command: [--certify]
`,
  endpoints: () => `# A service that runs already. The kit reads its endpoints, and neither starts it nor writes to it.
endpoints:
  issuer: https://dta.example
  grpc: dta.example:443

# A Bitcoin node of yours, to hold what is shown against the chain; without it that is not observed.
# chain:
#   rpc:
#     url: http://127.0.0.1:8332
#     user: reader
#     # The environment variable that holds the password: no file does.
#     password_env: BITCOIN_RPC_PASSWORD
`,
  pat: ({ command }) => `# The program and its arguments; it answers questions, each a line of JSON on standard input.
# Relative paths are taken from this file's folder; $NODE is the Node that runs the kit.
command: ${listOf(command)}
`,
};

const FEATURES = `  # Add "clock", "successor", "retire" if it honours the control lines of these names, "import_secrets" if it takes the
  # keys of the launch configuration.
  features: []
`;

const LIMITS = `
# What it may have, where that is to be other than this:
# limits:
#   memory_mb: 2048
#   processes: 256
`;

/** Words as a shell reads them, as far as blanks and quotes go. */
function listOf(command: string): string {
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return `[${words.map((word) => JSON.stringify(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))).join(', ')}]`;
}

/** A name as Docker allows it in an image's. */
function pathOf(name: string): string {
  const path = name.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return path === '' ? 'my-implementation' : path;
}
