/** Null target: dies as soon as it is started. */
process.stderr.write('crashing\n');
process.abort();
