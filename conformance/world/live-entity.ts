/**
 * A real implementation in the place of the recorded entity: it is born on the run's node, and what it hosts and the node's
 * headers make the bundles that a client is asked about. Each dishonest one differs from it in one place.
 */
import type { ChainCheckpoint, VerificationBundle } from '../../reference/gen/schemas.ts';
import { RpcError } from '../chain/rpc-client.ts';
import { timeText } from '../oracle/time-text.ts';
import { parametersOf, type Asking } from './pat-questions.ts';
import { bornTarget } from './scenes/born.ts';
import { RECORD } from './well-known.ts';
import { Subject } from './subject.ts';
import type { World } from './world.ts';

const HEADER_DIGITS = 160;
/** Above the anchor, so that a reader with the usual policy is content and the bracket is closed. */
const DEEP = 8;

/** What is known of a born entity. */
interface Live {
  readonly hosted: string;
  readonly url: string;
  readonly headers: string;
  readonly checkpoint: ChainCheckpoint;
  readonly entity: string;
}

/** @throws Error where the counterpart is not born: that is no fault of the client */
export async function askingAbout(world: World): Promise<Asking[]> {
  const live = await bear(world);
  return askings(live, Math.floor(Date.now() / 1000));
}

async function bear(world: World): Promise<Live> {
  const subject = await Subject.create(world, 'counterpart');
  try {
    const born = await bornTarget(subject, () => undefined);
    if (!born) throw new Error(`the counterpart ${world.target.manifest.name} was not born`);
    await world.regtest.mine(DEEP);
    const result = await subject.http(RECORD);
    if ('failed' in result || result.status !== 200) throw new Error('the counterpart does not host its record');
    const ready = born.life.lines.flatMap(({ line }) =>
      'event' in line && line.event === 'ready' ? [line.entity_id] : [],
    );
    const [genesis = '', ...headers] = await headersOf(world);
    return {
      hosted: result.body.toString('utf8'),
      url: `${subject.configuration.public.issuer}${RECORD}`,
      headers: headers.join(''),
      checkpoint: {
        height: 0,
        hash: world.genesis,
        header: genesis,
        chainwork: '2'.padStart(64, '0'),
        previous_times: [],
      },
      entity: ready[0] ?? '',
    };
  } finally {
    await subject.dispose();
  }
}

async function headersOf({ chain, index }: World): Promise<string[]> {
  const heights = Array.from({ length: (await index.tipHeight()) + 1 }, (_, height) => height);
  const hashes = await chain.rpc.batch(heights.map((height) => ({ method: 'getblockhash', params: [height] })));
  const headers = await chain.rpc.batch(hashes.map((hash) => ({ method: 'getblockheader', params: [hash, false] })));
  for (const answer of [...hashes, ...headers]) if (answer instanceof RpcError) throw answer;
  return headers.map((header) => (header as string).slice(0, HEADER_DIGITS));
}

function askings({ hosted, url, headers, checkpoint, entity }: Live, now: number): Asking[] {
  const time = timeText(now);
  const { height, hash } = checkpoint;
  const bundle: VerificationBundle = {
    ...{ bundle: 1, url, fetched: time, hosted },
    chain: { genesis: hash, checkpoint: { height, hash } },
    headers: { from: 1, hex: headers, sources: [] },
  };
  const input = {
    ...{ bundle, checkpoint, pins: [entity], known: [], sources: [], confirmations: 6, now: time },
    parameters: parametersOf('regtest'),
  };
  const other = flipped(entity, 0);
  return [
    { comment: 'live, as it is', requirements: HONEST, input },
    { comment: 'live, and nobody expected', requirements: ['MDT-VER-101'], input: { ...input, pins: [] } },
    { comment: 'live, and another expected', requirements: ['MDT-VER-109'], input: { ...input, pins: [other] } },
    {
      comment: 'live, and not as deep as the reader asks',
      requirements: ['MDT-CHN-110'],
      input: { ...input, confirmations: 1_000 },
    },
    {
      comment: 'live, with another digest',
      requirements: ['MDT-DOC-112'],
      input: { ...input, bundle: { ...bundle, hosted: withMember(hosted, 'sha256') } },
    },
    {
      comment: 'live, with another signature',
      requirements: ['MDT-DOC-113'],
      input: { ...input, bundle: { ...bundle, hosted: withMember(hosted, 'signature') } },
    },
    {
      comment: 'live, and headers that end below its anchor',
      requirements: ['MDT-VER-111'],
      input: { ...input, bundle: { ...bundle, headers: { ...bundle.headers, hex: headers.slice(0, HEADER_DIGITS) } } },
    },
  ];
}

/** Requirements that a right answer about the honest bundle speaks for. */
const HONEST = [
  'MDT-VER-101',
  'MDT-VER-106',
  'MDT-VER-109',
  'MDT-CHN-109',
  'MDT-CHN-110',
  'MDT-DOC-112',
  'MDT-DOC-113',
];

/** The envelope with the last digit of a hexadecimal member changed, and nothing else. */
function withMember(hosted: string, name: string): string {
  return hosted.replace(
    new RegExp(`("${name}"\\s*:\\s*")([0-9a-f]+)(")`),
    (_, before: string, hex: string, after: string) => {
      return `${before}${flipped(hex, hex.length - 1)}${after}`;
    },
  );
}

function flipped(hex: string, at: number): string {
  const digit = (Number.parseInt(hex[at] ?? '0', 16) ^ 1).toString(16);
  return `${hex.slice(0, at)}${digit}${hex.slice(at + 1)}`;
}
