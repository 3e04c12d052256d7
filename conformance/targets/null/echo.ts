/** Null target: gives back on standard output whatever comes on standard input. */
process.stdin.pipe(process.stdout);
