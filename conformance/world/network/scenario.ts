/** What a client is asked over the network: each scenario differs from an honest world in one thing. */
import type { HostedRecord, HostedStatus } from '../../../reference/gen/schemas.ts';
import { openRelay, type AnswerHeaders, type OpenSource } from './header-relay.ts';
import { paths } from './kit-entity.ts';
import type { Hosted, OpenNetwork } from './open-network.ts';
import { openP2p, type NodeWays } from './p2p-node.ts';
import type { Answer } from './record-host.ts';

export type SourceKind = 'relay' | 'p2p' | 'node';

/** A source that a question will name. */
export interface Source {
  readonly kind: SourceKind;
  open(): Promise<OpenSource>;
  /** The headers that it gives, from the block after the reader's checkpoint on. */
  readonly gives: readonly Buffer[];
  /** Those before it, where the checkpoint is not block 0. */
  readonly earlier?: readonly Buffer[];
  /** Whether it fails in another way than by a header: what the reader had taken by then, and how it names the reason, is open. */
  readonly fails?: boolean;
  /** Whether it fails so that a code need not say so. */
  readonly quietly?: boolean;
}

export interface Expectation {
  readonly verdict: string;
  readonly code?: string;
}

/** One question. */
export interface Step {
  readonly url: string;
  /** What the host answers meanwhile, by path. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The record that it shows; none where nothing that can be read is shown. */
  readonly shown: HostedRecord | undefined;
  readonly sources: readonly Source[];
  readonly pins: readonly string[];
  readonly confirmations: number;
  readonly now: number;
  readonly checkpoint: OpenNetwork['checkpoint'];
  readonly canary: boolean;
  /** One of several answers, where the specification leaves it open. */
  readonly expected: readonly [Expectation, ...Expectation[]];
}

export interface Scenario {
  readonly id: string;
  readonly comment: string;
  readonly requirement: string;
  readonly feature: 'network' | 'p2p';
  /** Questions of one memory where there are several. */
  steps(world: OpenNetwork): readonly [Step, ...Step[]];
}

/** What of a question is not as in the honest world. */
export interface Wishes {
  readonly hosted?: Hosted;
  /** The octets of the record's answer, or how it is answered, in the place of `hosted`. */
  readonly record?: Answer;
  /** Whether those octets are the honest record all the same. */
  readonly hasRecord?: boolean;
  readonly url?: string;
  /** STATUSes from 0 on; the answers for each and for the newest follow from them. */
  readonly statuses?: readonly HostedStatus[];
  /** Answers by path that are other ones. */
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly sources?: readonly Source[];
  readonly pins?: readonly string[];
  readonly confirmations?: number;
  /** Later than the tip by so many seconds. */
  readonly later?: number;
  readonly checkpoint?: OpenNetwork['checkpoint'];
  readonly canary?: boolean;
  readonly expected?: Step['expected'];
}

/** A question about the honest entity to two relays, but for what is wished. */
export function step(world: OpenNetwork, wishes: Wishes = {}): Step {
  const { hosted = world.honest, statuses = [world.firstStatus], canary = false } = wishes;
  const { birth_record: place } = hosted.record.birth_record.services;
  const url = wishes.url ?? place;
  return {
    url,
    answers: new Map<string, Answer>([
      [new URL(url).pathname, wishes.record ?? octetsOf(hosted.record)],
      ...statusAnswers(statuses),
      ...Object.entries(wishes.answers ?? {}),
    ]),
    shown: wishes.record === undefined || wishes.hasRecord === true ? hosted.record : undefined,
    sources: wishes.sources ?? [relay(world), relay(world)],
    pins: wishes.pins ?? [world.honest.of.digest],
    confirmations: wishes.confirmations ?? 6,
    now: world.now + (wishes.later ?? 0),
    checkpoint: wishes.checkpoint ?? world.checkpoint,
    canary,
    expected: wishes.expected ?? [{ verdict: canary ? 'ACTIVE' : 'VERIFIED' }],
  };
}

/** The honest question that looks like this one: as many sources of the same kinds, and everything right. */
export function control(world: OpenNetwork, { sources, canary }: Step): Step {
  return step(world, { sources: sources.map(({ kind }) => honestSource(world, kind)), canary });
}

export function octetsOf(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Where STATUSes are served (MDT-STA-010). */
function statusAnswers(statuses: readonly HostedStatus[]): [string, Answer][] {
  const newest = statuses.at(-1);
  const each = statuses.map((one, seq): [string, Answer] => [`${paths.status}/${String(seq)}`, octetsOf(one)]);
  return newest ? [[paths.status, octetsOf(newest)], ...each] : [];
}

function honestSource(world: OpenNetwork, kind: SourceKind): Source {
  if (kind === 'node') return realNode(world);
  return kind === 'p2p' ? p2p(world) : relay(world);
}

/** The regtest node itself, by its P2P port. */
export function realNode({ node, headers }: OpenNetwork): Source {
  return { kind: 'node', open: async () => ({ url: node, close: () => undefined }), gives: headers.slice(1) };
}

interface RelayWishes {
  /** From block 0 on; those of the node where it is not given. */
  readonly chain?: readonly Buffer[];
  readonly change?: (honest: AnswerHeaders) => AnswerHeaders;
  readonly fails?: boolean;
  readonly quietly?: boolean;
  /** Height of the reader's checkpoint. */
  readonly from?: number;
}

export function relay(
  { headers }: OpenNetwork,
  { chain = headers, change, fails, quietly, from = 0 }: RelayWishes = {},
): Source {
  return {
    kind: 'relay',
    open: async () => openRelay(chain, change),
    gives: chain.slice(from + 1),
    ...(from > 0 && { earlier: chain.slice(1, from) }),
    ...(fails === true && { fails }),
    ...(quietly === true && { quietly }),
  };
}

interface NodeWishes extends NodeWays {
  readonly chain?: readonly Buffer[];
  readonly fails?: boolean;
}

export function p2p({ headers }: OpenNetwork, { chain = headers, fails, ...ways }: NodeWishes = {}): Source {
  return {
    kind: 'p2p',
    open: async () => openP2p(chain, ways),
    gives: chain.slice(1),
    ...(fails === true && { fails }),
  };
}

/** An address at which nobody listens. */
export function nobody(kind: 'relay' | 'p2p'): Source {
  return {
    kind,
    open: async () => {
      const opened = kind === 'relay' ? await openRelay([]) : await openP2p([]);
      opened.close();
      return { url: opened.url, close: () => undefined };
    },
    gives: [],
    fails: true,
  };
}

export const UNKNOWN: Step['expected'] = [{ verdict: 'UNKNOWN', code: 'MDT_SOURCE' }];

export function rejected(code: string): Step['expected'] {
  return [{ verdict: 'REJECTED', code }];
}
