#!/usr/bin/env node
/** The program `milagro-trust`. Compiled code is kept between starts, so that the second one is quick. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./program.ts');
process.exit(await run(process.argv.slice(2)));
