/** vectors/header-chain.json: chains of headers from a checkpoint (spec 7.1), valid, refused, and chosen by work. */
import type { ChainCheckpoint, VectorFile } from '../../reference/gen/schemas.ts';
import { REGTEST_GENESIS } from './example-record.ts';
import { digestOf } from './keys.ts';
import { blockHash, chainworkAt, headerAt, medianTimePast, rfc3339, timeOf } from './recorded-headers.ts';
import { RECORDED } from './recorded-proofs.ts';
import { BEGIN, bitsOf, SPACING, SyntheticChain, type HeaderChange } from './synthetic-headers.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

/** Eight blocks of ten minutes, and a limit that every second hash meets. */
const EASY = { pow_limit_bits: '207fffff', retarget: true, interval: 8, target_timespan_seconds: 8 * SPACING };
const FORTNIGHT = { interval: 2016, target_timespan_seconds: 1_209_600 };
const LATER = BEGIN + 30 * 86_400;

const SYNTHETIC = 'mined under an easy limit by vectors/tools/synthetic-headers.ts';
const CORE = 'https://github.com/bitcoin/bitcoin/blob/v27.0/src/test/pow_tests.cpp';

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'header-chain',
    source: 'headers of a regtest bitcoind, headers with real work under an easy limit, and facts of Bitcoin Core',
    header: [
      'header-chain: take the headers of each source in their order, from the checkpoint and with the clock at now. Height and hash of the tip, work and median time past of the chain, or the refusal.',
      'next-bits: nBits of the header after an interval, whose first and last headers have these times, and whose headers have these nBits.',
    ],
    notes: {
      Retarget: { bugType: 'ARITHMETIC', description: 'The target changes at the end of an interval.' },
      Limit: { bugType: 'EDGE_CASE', description: 'At or beyond a quarter, four times, or the limit of the chain.' },
      Bits: { bugType: 'MISSING_STEP', description: 'nBits that the rules of the chain do not give.' },
      Work: { bugType: 'MISSING_STEP', description: 'The hash is above the target.' },
      Format: { bugType: 'PARSER_DIFFERENTIAL', description: 'Not 80 octets.' },
      Link: { bugType: 'INTEGRITY', description: 'The header holds the hash of another one.' },
      Time: {
        bugType: 'EDGE_CASE',
        description: 'At or beyond the median time past, or two hours ahead of the clock.',
      },
      Checkpoint: { bugType: 'MISSING_STEP', description: "The chain begins at the reader's own checkpoint." },
      MostWork: { bugType: 'EQUIVOCATION', description: 'Several valid chains: work decides, not length.' },
    },
  })
    .group(
      { type: 'header-chain', source: `${RECORDED.node} on regtest (vectors/sources/regtest-chain.json)` },
      recorded,
    )
    .group({ type: 'header-chain', source: SYNTHETIC }, accepted)
    .group({ type: 'header-chain', source: SYNTHETIC }, refused)
    .group({ type: 'next-bits', source: CORE, license: 'MIT', official: true }, coreFacts)
    .build();
}

const READS = [
  'MDT-CHN-101',
  'MDT-CHN-102',
  'MDT-CHN-103',
  'MDT-CHN-104',
  'MDT-CHN-105',
  'MDT-CHN-106',
  'MDT-CHN-107',
] as const;

/** The regtest chain as `bitcoind` has it: no retarget. */
function recorded(group: GroupBuilder): void {
  const last = RECORDED.headers.length / 160 - 1;
  const parameters = { genesis: REGTEST_GENESIS, pow_limit_bits: '207fffff', retarget: false, ...FORTNIGHT };
  const genesis = headerAt(0);
  const checkpoint: ChainCheckpoint = {
    height: 0,
    hash: REGTEST_GENESIS,
    header: genesis,
    chainwork: chainworkAt(0),
    previous_times: [],
  };
  const headers = Array.from({ length: last }, (_, index) => headerAt(index + 1));
  group.valid(
    {
      comment: `${String(last)} blocks of regtest`,
      requirements: [...READS],
      input: { parameters, checkpoint, sources: [headers], now: rfc3339(timeOf(headerAt(last))) },
    },
    {
      tip: { height: last, hash: blockHash(headerAt(last)) },
      work: chainworkAt(last),
      median_time_past: rfc3339(medianTimePast(last)),
    },
  );
}

interface Question {
  chain: SyntheticChain;
  sources: string[][];
  checkpoint?: ChainCheckpoint;
  now?: number;
}

function inputOf({ chain, sources, checkpoint = chain.checkpoint(), now = LATER }: Question): Record<string, unknown> {
  return { parameters: chain.parameters, checkpoint, sources, now: rfc3339(now) };
}

function accepted(group: GroupBuilder): void {
  const accept = (
    comment: string,
    flags: string[],
    requirements: readonly [string, ...string[]],
    question: Question,
    active: SyntheticChain = question.chain,
  ): void =>
    group.valid(
      { comment, flags, requirements: [...requirements], input: inputOf(question) },
      {
        tip: { height: active.height, hash: blockHash(active.tip) },
        work: active.workAt(),
        median_time_past: rfc3339(active.medianTimePast()),
      },
    );
  const whole = (chain: SyntheticChain): Question => ({ chain, sources: [chain.headers.slice(1)] });
  const easy = (): SyntheticChain => new SyntheticChain(EASY);

  accept('the checkpoint alone', ['Checkpoint'], READS, { chain: easy(), sources: [[]] });
  accept(
    'three intervals on schedule: seven spaces are counted for eight',
    ['Retarget'],
    READS,
    whole(easy().grow(30)),
  );
  accept('an interval in an instant: a quarter at the least', ['Retarget', 'Limit'], READS, whole(easy().grow(20, 1)));
  const slow = easy().grow(15, 60).grow(10, 100_000);
  accept('a slow interval after a fast one: four times at the most', ['Retarget', 'Limit'], READS, whole(slow));
  accept('slow from the start: never above the limit', ['Retarget', 'Limit'], READS, whole(easy().grow(20, 5_000)));
  accept(
    'two headers after a whole interval of 2016',
    ['Retarget'],
    READS,
    whole(new SyntheticChain({ ...EASY, ...FORTNIGHT }).grow(2_017)),
  );
  const fixed = new SyntheticChain({ ...EASY, retarget: false }).grow(20, 1);
  accept('a chain without retarget', ['Retarget'], READS, whole(fixed));
  const long = easy().grow(30);
  const uneven = easy().grow(17, 300).grow(5, 100).grow(8, 500);
  accept('from a checkpoint at the end of two intervals', ['Checkpoint'], READS, {
    chain: long,
    checkpoint: long.checkpoint(16),
    sources: [long.headers.slice(17)],
  });
  accept('from a checkpoint within an interval, whose begin it tells', ['Checkpoint', 'Retarget'], READS, {
    chain: uneven,
    checkpoint: uneven.checkpoint(19),
    sources: [uneven.headers.slice(20)],
  });
  accept('from a checkpoint that is the last of its interval', ['Checkpoint', 'Retarget'], READS, {
    chain: uneven,
    checkpoint: uneven.checkpoint(23),
    sources: [uneven.headers.slice(24)],
  });
  accept('one source goes on where another ends', ['Checkpoint'], READS, {
    chain: long,
    sources: [long.headers.slice(1, 12), long.headers.slice(8)],
  });
  accept('the same headers twice', ['Checkpoint'], READS, {
    chain: long,
    sources: [long.headers.slice(1), long.headers.slice(1)],
  });

  const twelve = easy().grow(12, 1_000);
  twelve.headers.push(twelve.next({ time: twelve.medianTimePast() + 1 }));
  accept('one second after the median time past, before its parent', ['Time'], ['MDT-CHN-105'], whole(twelve));
  const sixteen = easy().grow(16, 1_000);
  const early = sixteen.fork();
  early.headers.push(sixteen.next({ time: sixteen.medianTimePast() + 1 }));
  accept(
    'before the checkpoint itself, after the median that the times before it give',
    ['Time', 'Checkpoint'],
    ['MDT-CHN-105'],
    { chain: early, checkpoint: sixteen.checkpoint(16), sources: [[early.tip]] },
  );
  const ahead = easy().grow(3);
  const now = timeOf(ahead.tip) - 7_200;
  accept('7,200 seconds ahead of the clock', ['Time'], ['MDT-CHN-106'], { ...whole(ahead), now });

  const [longer, heavier] = [easy().grow(7).grow(23, 1_000), easy().grow(7, 1).grow(12, 60)];
  if (longer.workAt() >= heavier.workAt()) throw new Error('the longer chain has more work');
  const both = (first: SyntheticChain, second: SyntheticChain): Question => ({
    chain: longer,
    sources: [first.headers.slice(1), second.headers.slice(1)],
  });
  accept('a longer chain, then one with more work', ['MostWork'], ['MDT-CHN-108'], both(longer, heavier), heavier);
  accept('a chain with more work, then a longer one', ['MostWork'], ['MDT-CHN-108'], both(heavier, longer), heavier);
  const trunk = easy().grow(5);
  const [left, right] = [trunk.fork().grow(2, SPACING, 'left'), trunk.fork().grow(2, SPACING, 'right')];
  accept('two of equal work: the first', ['MostWork'], ['MDT-CHN-108'], both(left, right), left);
  accept('two of equal work, the other way round', ['MostWork'], ['MDT-CHN-108'], both(right, left), right);
  const further = right.fork().grow(1);
  accept('of two equals the second goes on', ['MostWork'], ['MDT-CHN-108'], both(left, further), further);
}

function refused(group: GroupBuilder): void {
  const refuse = (code: string, requirement: string, flag: string, comment: string, question: Question): void =>
    group.invalid({ comment, flags: [flag], requirements: [requirement], input: inputOf(question) }, code);
  const grown = (count: number, seconds?: number): SyntheticChain => new SyntheticChain(EASY).grow(count, seconds);
  /** Headers by the rules, then one that is not. */
  const spoilt = (chain: SyntheticChain, change: HeaderChange): Question => ({
    chain,
    sources: [[...chain.headers.slice(1), chain.next(change)]],
  });

  const chain = grown(5);
  const last = chain.next();
  for (const [comment, header] of Object.entries({
    '79 octets': last.slice(0, -2),
    '81 octets': `${last}00`,
    '164 octets': last.padEnd(328, '0'),
    'no octets': '',
  }))
    refuse('MDT_HEADER_FORMAT', 'MDT-CHN-101', 'Format', comment, {
      chain,
      sources: [[...chain.headers.slice(1), header]],
    });

  refuse('MDT_HEADER_LINK', 'MDT-CHN-102', 'Link', 'a header left out', {
    chain,
    sources: [chain.headers.filter((_, height) => height > 0 && height !== 3)],
  });
  const swapped = [...chain.headers.slice(1, 3), ...chain.headers.slice(4, 5), ...chain.headers.slice(3, 4)];
  refuse('MDT_HEADER_LINK', 'MDT-CHN-102', 'Link', 'two headers exchanged', { chain, sources: [swapped] });
  refuse('MDT_POW', 'MDT-CHN-103', 'Work', 'a hash above the target', spoilt(grown(5), { workless: true }));

  const bits = (comment: string, question: Question): void =>
    refuse('MDT_BITS', 'MDT-CHN-104', 'Bits', comment, question);
  const edge = grown(7, 300);
  bits('those of the interval before, at the end of an interval', spoilt(edge, { bits: bitsOf(edge.tip) }));
  bits('counted over as many spaces as blocks', spoilt(grown(15), { bits: grown(15).nextBits(9) }));
  const instant = grown(15, 1);
  bits('an eighth, where a quarter is the least', spoilt(instant, { bits: '2003ffff' }));
  const slow = grown(7, 5_000);
  bits('above the limit of the chain', spoilt(slow, { bits: '2100ffff' }));
  bits('harder within an interval', spoilt(grown(5), { bits: '203fffff' }));
  bits('easier within an interval', spoilt(grown(12, 60), { bits: '207fffff' }));
  bits(
    'retargeted on a chain that does not',
    spoilt(new SyntheticChain({ ...EASY, retarget: false }).grow(7, 300), {
      bits: edge.nextBits(),
    }),
  );
  const long = new SyntheticChain({ ...EASY, pow_limit_bits: '1f7fff00' }).grow(3);
  bits('another form of the same target', spoilt(long, { bits: '20007fff' }));

  const twelve = grown(12, 1_000);
  const median = twelve.medianTimePast();
  const time = (comment: string, question: Question): void =>
    refuse('MDT_HEADER_TIME', 'MDT-CHN-105', 'Time', comment, question);
  time('the median time past itself', spoilt(twelve, { time: median }));
  time('an hour before it', spoilt(twelve, { time: median - 3_600 }));
  const sixteen = grown(16, 1_000);
  time('the median time past, which the times before the checkpoint give', {
    chain: sixteen,
    checkpoint: sixteen.checkpoint(16),
    sources: [[sixteen.next({ time: sixteen.medianTimePast() })]],
  });
  const ahead = grown(3);
  refuse('MDT_HEADER_FUTURE', 'MDT-CHN-106', 'Time', '7,201 seconds ahead of the clock', {
    chain: ahead,
    sources: [ahead.headers.slice(1)],
    now: timeOf(ahead.tip) - 7_201,
  });

  const wrong = (comment: string, question: Question): void =>
    refuse('MDT_WRONG_CHAIN', 'MDT-CHN-107', 'Checkpoint', comment, question);
  const within = grown(17, 300).grow(8, 100);
  const { period_time: told = 0, ...untold } = within.checkpoint(19);
  const from = (checkpoint: ChainCheckpoint): Question => ({
    ...{ chain: within, checkpoint, sources: [within.headers.slice(20)] },
  });
  bits(
    'an interval that began an hour later than the checkpoint tells',
    from({ ...untold, period_time: told - 3_600 }),
  );
  wrong('from a checkpoint within an interval that does not tell when it began', from(untold));
  wrong('begins after the header that follows the checkpoint', { chain, sources: [chain.headers.slice(2)] });
  wrong('of another chain', { chain, sources: [[chain.next({ previous: digestOf('elsewhere').toString('hex') })]] });
  wrong('branches off before the checkpoint', {
    chain: sixteen,
    checkpoint: sixteen.checkpoint(16),
    sources: [[new SyntheticChain(EASY, sixteen.headers.slice(0, 14)).next({ salt: 'branch' })]],
  });
}

/** Times and nBits of Bitcoin's main chain, and one case that is made up there. */
function coreFacts(group: GroupBuilder): void {
  const parameters = {
    genesis: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    pow_limit_bits: '1d00ffff',
    retarget: true,
    ...FORTNIGHT,
  };
  const fact = (
    comment: string,
    flags: string[],
    times: [first: number, last: number],
    bits: string,
    next: string,
  ): void =>
    group.valid(
      {
        comment,
        flags,
        requirements: ['MDT-CHN-104'],
        input: { parameters, first_time: times[0], last_time: times[1], bits },
      },
      { bits: next },
    );
  fact('blocks 30240 to 32255', ['Retarget'], [1_261_130_161, 1_262_152_739], '1d00ffff', '1d00d86a');
  fact('blocks 0 to 2015: the limit', ['Limit'], [1_231_006_505, 1_233_061_996], '1d00ffff', '1d00ffff');
  fact('blocks 66528 to 68543: a quarter', ['Limit'], [1_279_008_237, 1_279_297_671], '1c05a3f4', '1c0168fd');
  fact('four times, made up', ['Limit'], [1_263_163_443, 1_269_211_443], '1c387f6f', '1d00e1fd');
}
