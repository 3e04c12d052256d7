/**
 * Hostile: escapes, controls, markup and octets that are no UTF-8 wherever it has a say: log lines, what is almost an event, the
 * `detail` of events, and names of files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { onDataDirectory } from './launch-line.ts';

const TEXT =
  '\u001b[2J\u001b]0;owned\u0007\u001b]8;;http://example.org\u0007\u009b31m\u202e]]></testsuite><script>window.owned=1</script>\u0000\u0008';
const NO_TEXT = Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80]);
const NASTY = Buffer.concat([Buffer.from(TEXT), NO_TEXT, Buffer.from('\r\n')]);
const [NUL, SLASH] = [0, 0x2f];

const write = process.stdout.write.bind(process.stdout) as (chunk: unknown, ...rest: unknown[]) => boolean;
const withDetail = (line: string): string =>
  line.includes('"event":"waiting"') ? line.replace(/\}\s*$/, `,"detail":${JSON.stringify(TEXT)}}\n`) : line;
process.stdout.write = (chunk: unknown, ...rest: unknown[]): boolean =>
  write(typeof chunk === 'string' ? withDetail(chunk) : chunk, ...rest);

for (const stream of [process.stdout, process.stderr]) {
  stream.write(NASTY);
  setInterval(() => stream.write(NASTY), 200).unref();
}
process.stdout.write(Buffer.concat([Buffer.from('{"event":"'), NASTY]));

onDataDirectory((folder) => {
  mkdirSync(folder, { recursive: true });
  const name = NASTY.subarray(0, 60).filter((octet) => octet !== NUL && octet !== SLASH);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), '');
});
