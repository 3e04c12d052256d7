#!/usr/bin/env node
/** The commands of the reference. Services are started often, so compiled code is kept between starts. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./program.ts');
const { processTerminal } = await import('./terminal.ts');
process.exit(await run(process.argv.slice(2), processTerminal()));
