/**
 * A life of a target in a container (spec/certification.md, C.2). It has no rights, no way out of the network of the
 * run, and nothing it can write to but its data directory and a small /tmp. What ends the container ends all in it.
 */
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerRuntimeClient } from 'testcontainers';
import type { LaunchConfiguration } from '../../reference/gen/schemas.ts';
import { reasonOf } from '../chain/docker.ts';
import { Life, type LineSink } from './life.ts';
import type { SecretWatch } from './secrets.ts';

export type Docker = ContainerRuntimeClient['container']['dockerode'];
export type ContainerOptions = NonNullable<Parameters<Docker['createContainer']>[0]>;
type Container = Awaited<ReturnType<Docker['createContainer']>>;

/** The daemon passes on the last output within this time of the end. */
const DRAIN_MS = 500;
/** How Docker names the end by a signal. */
const SIGNAL_STATUS = 128;

export interface Room {
  readonly docker: Docker;
  readonly options: ContainerOptions;
  readonly memoryMb: number;
  /** Resolves when the address is nobody's. */
  readonly vacant: Promise<void>;
}

export class TargetContainer extends Life {
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<void>;
  readonly #sent = new Set<NodeJS.Signals>();
  #container: Container | undefined;
  #stdin: Duplex | undefined;
  /** Lines for a container that is not there yet. */
  #unsent = '';
  #killed = false;

  constructor(room: Room, firstLine: LaunchConfiguration | string, secrets: SecretWatch, sink: LineSink) {
    super(secrets, sink);
    this.#unsent = `${typeof firstLine === 'string' ? firstLine : JSON.stringify(firstLine)}\n`;
    this.gone = this.#live(room).catch((error: unknown) =>
      this.couldNotStart(`the container could not be started: ${reasonOf(error)}`),
    );
  }

  protected override send(text: string): void {
    if (this.#stdin) this.#stdin.write(text);
    else this.#unsent += text;
  }

  protected override signal(signal: NodeJS.Signals): void {
    this.#sent.add(signal);
    if (signal === 'SIGKILL') this.#killed = true;
    this.#container?.kill({ signal }).catch(() => undefined); // it has ended
  }

  protected override kill(): void {
    this.signal('SIGKILL');
  }

  async #live({ docker, options, memoryMb, vacant }: Room): Promise<void> {
    await vacant;
    if (this.#killed) return this.ended(null, 'SIGKILL');
    const container = await docker.createContainer(options);
    try {
      const { drained } = await this.#attach(container);
      await container.start();
      this.#begin(container);
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
      const { State } = await container.inspect();
      if (State.OOMKilled) this.wentOver(`more memory than its limit of ${String(memoryMb)} MiB`);
      const signal = this.#endedBy(StatusCode, State.OOMKilled);
      this.ended(signal === undefined ? StatusCode : null, signal ?? null);
    } finally {
      await container.remove({ force: true, v: true }).catch(() => undefined); // it is gone already
    }
  }

  /** Follows its output; `drained` resolves with the end of it. */
  async #attach(container: Container): Promise<{ drained: Promise<void> }> {
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    const into = (name: 'stdout' | 'stderr'): Writable =>
      new Writable({ write: (chunk: Buffer, _encoding, done) => (this.take(name, chunk), done()) });
    container.modem.demuxStream(stream, into('stdout'), into('stderr'));
    this.#stdin = stream as unknown as Duplex;
    this.#stdin.on('error', () => undefined); // the exit says it better
    const { promise: drained, resolve } = Promise.withResolvers<void>();
    stream.once('close', () => {
      for (const name of ['stdout', 'stderr'] as const) this.streamEnded(name);
      resolve();
    });
    return { drained };
  }

  #begin(container: Container): void {
    this.#stdin?.write(this.#unsent);
    this.hasBegun();
    this.#container = container;
    if (this.#killed) this.kill();
  }

  /** A container's status says 128 and the signal's number; a program may end with such a status by itself. */
  #endedBy(status: number, outOfMemory: boolean): NodeJS.Signals | undefined {
    const signals = outOfMemory ? (['SIGKILL'] as const) : [...this.#sent];
    return signals.find((signal) => status === SIGNAL_STATUS + constants.signals[signal]);
  }
}
