/** docs/openid.md: every test module of OpenID's certification, and what it comes to here. */
import { SUITES } from '../index.ts';
import { ELSEWHERE, LEFT_OUT, PROFILES } from '../openid-certification.ts';

const HEAD = `<!-- Made by make gen from conformance/suites/openid-certification.ts and the checks; nothing is to be changed here. -->

# An IdP, as OpenID certifies providers

The suite of chapter 12 does what the modules of OpenID's conformance suite do that need no person to look at something. A check is named as the module is, so that whoever knows the one finds the other: \`milagro-trust list --json\` names them all, and \`milagro-trust certify --only MDT-IDP-033/oidcc-prompt-login\` plays one.

It is no certificate of the OpenID Foundation, and takes the place of none. The relying party is openid-client, and people log in with Chromium; \`login\` in the manifest says how they get through pages whose forms do not tell (docs/implementer.md).

Where OpenID's suite waits, as in \`oidcc-codereuse-30seconds\`, this one does not, where a shorter time shows the same. \`oidcc-server-rotate-keys\` needs the control line \`rotate_keys\`; a target that does not claim it is not asked.
`;

export function openidModulesPage(): string {
  const tables = Object.entries(PROFILES).map(([profile, modules]) => {
    const rows = modules.map((module) => `| \`${module}\` | ${answerTo(module)} |`);
    return `## ${profile}\n\n| module | here |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return [HEAD, ...tables].join('\n');
}

function answerTo(module: string): string {
  const own = SUITES.flatMap((suite) => suite.checks)
    .map(({ id }) => id)
    .filter((id) => id.endsWith(`/${module}`));
  const checks = own.length > 0 ? own : (ELSEWHERE[module] ?? []);
  if (checks.length > 0) return checks.map((id) => `\`${id}\``).join(', ');
  return `none: ${LEFT_OUT[module] ?? ''}`;
}
