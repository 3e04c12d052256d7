/** Hostile: 10 GB on standard error, in lines, beside whatever else it does. */
const PART = Buffer.from(`${'flood '.repeat(200)}\n`.repeat(50));
let left = 10_000_000_000;

function pour(): void {
  left -= PART.length;
  if (left > 0) process.stderr.write(PART, () => setImmediate(pour));
}

pour();
