/**
 * Hostile: a grandchild that has left its group and its parent waits for the service to end and then takes its HTTP
 * address, so that no later life could listen there.
 */
import { spawn } from 'node:child_process';
import http from 'node:http';

const THIEF = `
  const take = () => require('node:net').createServer().on('error', () => setTimeout(take, 5)).listen(Number(process.argv[1]), process.argv[2]);
  process.on('SIGTERM', () => undefined);
  take();`;

const listen = http.Server.prototype.listen;
http.Server.prototype.listen = function (this: http.Server, ...given: unknown[]) {
  const server = Reflect.apply(listen, this, given) as http.Server;
  server.once('listening', () => {
    const at = server.address();
    if (at === null || typeof at === 'string') return;
    const thief = [process.execPath, '-e', THIEF, String(at.port), at.address];
    const leave =
      'const { spawn } = require("node:child_process"); spawn(process.argv[1], process.argv.slice(2), { detached: true, stdio: "ignore" }).unref()';
    spawn(process.execPath, ['-e', leave, ...thief], { detached: true, stdio: 'ignore' });
  });
  return server;
} as typeof listen;
