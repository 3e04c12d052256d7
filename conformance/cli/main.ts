#!/usr/bin/env node
/** The program `milagro-trust`. Compiled code is kept between starts, so that the second one is quick. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./program.ts');
let status: number | undefined;
process.stdout.on('error', () => process.exit(status ?? 0)); // EPIPE: nobody reads on, as in `list | head`
status = await run(process.argv.slice(2));
// A pipe takes output when its reader gets to it; what is left when the process ends is lost.
process.stdout.write('', () => process.exit(status));
