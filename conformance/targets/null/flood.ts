/** Null target: writes lines without end, long ones and short ones, valid ones and garbage, as fast as it can. */
const LONG = `{"event":"listening","x":"${'y'.repeat(1_000_000)}"}\n`;
const SHORT = '{"event":"waiting","code":"MDT_UNFUNDED"}\n\u001b[2J\u0000garbage\n'.repeat(1_000);

function pour(): void {
  let room = true;
  while (room) room = process.stdout.write(Math.random() < 0.5 ? LONG : SHORT) && process.stderr.write(SHORT);
  process.stdout.once('drain', pour);
}

process.stdout.write('{"event":"listening"}\n');
pour();
