/** For tests: an IdP of which nothing is served but its own endpoints, and a person with a browser that has no script. */
import { bytesToHex } from '../core/hex.ts';
import type { Publication } from '../entity/publication.ts';
import type { LaunchConfiguration, LogEntry, LogPromise } from '../gen/schemas.ts';
import { Clock } from '../runtime/clock.ts';
import { DataDirectory } from '../runtime/data-directory.ts';
import { freePort } from '../runtime/free-port.ts';
import { startHttp, type HttpHost } from '../runtime/http-host.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { openLog } from '../runtime/log.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { Idp } from './idp.ts';

export const LOGIN = { login: 'Alice', password: 'correct horse battery' } as const;
export const ANCHOR_KEY: Uint8Array = new Uint8Array(32).fill(3);
export const ENTITY_ID: string = 'ab'.repeat(32);
const SEAL = bytesToHex(new Uint8Array(32).fill(9));
const log = openLog('idp', { write: () => undefined });

export class TestIdp {
  readonly clock: Clock = new Clock();
  readonly faults: unknown[] = [];
  /** What was entered into the activity log. */
  readonly entered: Omit<LogEntry, 'time'>[] = [];
  /** Thrown in place of entering. */
  refuses: Error | undefined;
  /** Thrown while the record is not served. */
  unborn: Error | undefined;
  readonly issuer: string;
  readonly folder: string;
  idp: Idp | undefined;
  readonly #configuration: Partial<LaunchConfiguration>;
  #directory: DataDirectory | undefined;
  #host: HttpHost | undefined;
  #served!: { readonly publication: Publication; readonly anchorKey: Uint8Array };

  private constructor(issuer: string, folder: string, configuration: Partial<LaunchConfiguration>) {
    this.issuer = issuer;
    this.folder = folder;
    this.#configuration = configuration;
  }

  static async start(configuration: Partial<LaunchConfiguration> = {}): Promise<TestIdp> {
    const started = new TestIdp(`http://127.0.0.1:${await freePort()}`, temporaryFolder(), configuration);
    await started.open();
    return started;
  }

  async open(): Promise<void> {
    const configuration = {
      ...launchConfiguration(),
      role: 'idp' as const,
      public: { issuer: this.issuer, grpc: '127.0.0.1:8081' },
      accounts: [LOGIN],
      ...this.#configuration,
    };
    const directory = new DataDirectory(this.folder);
    this.#directory = directory;
    this.succeed(ENTITY_ID, ANCHOR_KEY);
    const idp = await Idp.open({
      ...{ directory, clock: this.clock, log },
      launch: {
        configuration,
        network: { name: 'regtest', addressPrefix: 'bcrt' },
        backend: { rpc: { url: '', user: '', password: '' } },
      },
      secrets: { anchor: '', seal: SEAL },
      onFault: (error) => this.faults.push(error),
      served: () => {
        if (this.unborn) throw this.unborn;
        return this.#served;
      },
      enter: async (entry) => {
        if (this.refuses) throw this.refuses;
        this.entered.push(entry);
        return {} as LogPromise;
      },
    });
    this.idp = idp;
    const metadata = { path: '/.well-known/openid-configuration', read: idp.metadata };
    const onFault = (error: unknown): void => void this.faults.push(error);
    this.#host = await startHttp(new URL(this.issuer).host, [metadata, ...idp.resources], onFault, idp.http);
  }

  /** Another record of the entity is in force from now on. */
  succeed(sha256: string, anchorKey: Uint8Array): void {
    const hosted = {
      ...{ birth_record: record(this.issuer), sha256 },
      ...{ signature: 'cd'.repeat(64), anchor: { locator: {} } },
    };
    this.#served = { publication: { entityId: ENTITY_ID, hosted } as unknown as Publication, anchorKey };
  }

  async stop(): Promise<void> {
    await this.#host?.close();
    this.idp?.close();
    this.#directory?.close();
  }
}

function record(issuer: string): object {
  return {
    issuer,
    spec: '1.0',
    services: {
      grpc: '127.0.0.1:8081',
      birth_record: `${issuer}/b`,
      status: `${issuer}/s`,
      activity_log: `${issuer}/l`,
    },
  };
}

/** An answer that a browser came to. */
export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly body: string;
  readonly headers: Headers;
}

/** Follows redirects within one origin, keeps cookies, sends forms. */
export class Browser {
  readonly cookies: Map<string, string> = new Map();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Goes to an address, and on until a page is there or a redirect leads elsewhere. */
  async visit(address: string | URL, options: RequestInit = {}): Promise<Visit> {
    let url = new URL(address, this.#origin);
    let init = options;
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
      for (const set of answer.headers.getSetCookie()) this.#keep(set);
      const location = answer.headers.get('location');
      if (location === null)
        return { status: answer.status, url: url.href, body: await answer.text(), headers: answer.headers };
      url = new URL(location, url);
      if (url.origin !== this.#origin)
        return { status: answer.status, url: url.href, body: '', headers: answer.headers };
      init = {};
    }
    throw new Error('redirects without an end');
  }

  /** Sends the form of a page, with these values in the place of what stands in it. */
  async submit({ body, url }: Visit, values: Readonly<Record<string, string>>): Promise<Visit> {
    const action = /<form[^>]* action="([^"]*)"/.exec(body)?.[1] ?? '';
    const hidden = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const form = new URLSearchParams(
      hidden.map(([, name = '', value = '']): [string, string] => [name, decode(value)]),
    );
    for (const [name, value] of Object.entries(values)) form.set(name, value);
    return this.visit(new URL(decode(action), url), { method: 'POST', body: form });
  }

  #keep(set: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(set)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function decode(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll('&amp;', '&');
}
