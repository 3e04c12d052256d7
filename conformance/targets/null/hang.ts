/** Null target: reads nothing, says nothing, and does not end when it is asked to. */
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);
