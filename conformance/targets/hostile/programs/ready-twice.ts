/** Hostile: it says `ready` twice each time (MDT-TGT-012). */
const write = process.stdout.write.bind(process.stdout) as (chunk: unknown, ...rest: unknown[]) => boolean;

process.stdout.write = (chunk: unknown, ...rest: unknown[]): boolean =>
  write(typeof chunk === 'string' && chunk.includes('"event":"ready"') ? chunk + chunk : chunk, ...rest);
