/** `idp`: what the operator of an IdP does beside running it. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { MdtError } from '../core/errors.ts';
import { readAccountsFile } from '../idp/accounts-file.ts';
import { fold } from '../idp/accounts.ts';
import { hashPassword } from '../idp/password.ts';
import { readInput, type CommandMaker } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust idp account accounts.json alice < password.txt

The file is what options.accounts_file of a launch configuration names. It is made where there is none; an account that
is in it gets the new password, and keeps its subject. The password is the first line of standard input.`;

const MIN_LENGTH = 8;
const MAX_OCTETS = 4_096;

export const idpCommand: CommandMaker = (terminal, finish) => {
  const command = new Command('idp').description('accounts of an OpenID Provider').addHelpText('after', EXAMPLES);
  command
    .command('account')
    .description('put an account into a file of accounts')
    .argument('<file>', 'file of accounts')
    .argument('<login>', 'what the person signs in with')
    .action(async (path: string, login: string) => {
      const [password = ''] = (await readInput('-', MAX_OCTETS, terminal)).toString('utf8').split(/\r?\n/);
      if (password.length < MIN_LENGTH)
        throw new MdtError('MDT_SCHEMA', `a password of fewer than ${MIN_LENGTH} characters`, { field: 'password' });
      const known = existsSync(path) ? readAccountsFile(path) : [];
      const others = known.filter((account) => fold(account.login) !== fold(login));
      const accounts = [...others, { login, password: await hashPassword(password) }];
      writeFileSync(`${path}.new`, `${JSON.stringify({ accounts }, undefined, 2)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      terminal.out(`${accounts.length} account(s) in ${path}\n`);
      finish(0);
    });
  return command;
};
