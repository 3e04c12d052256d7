/** A person with a browser, who goes through whatever pages an IdP shows: the manifest says how, or its forms do. */
import type { APIResponse, BrowserContext, Frame, Page, Response } from 'playwright-core';
import { findBrowser } from './browser.ts';
import { askedBy, fillAndSubmit, type Account, type Asking, type LoginStep } from './page-asking.ts';
import type { Subject } from '../subject.ts';
import type { World } from '../world.ts';

/** Pages that a login, a consent or a logout leads through at most. */
const MOST_PAGES = 8;
/** Redirects that an authorization request leads through at most. */
const MOST_REDIRECTS = 10;
const SETTLE_MS = 30_000;
/** What the script of a page takes to lead on, or to ask, at most. */
const SCRIPT_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** Where a person came to. */
export interface Went {
  /** Where the browser stands. */
  readonly url: string;
  /** Status of that page; absent where none was answered. */
  readonly status?: number;
  /** What of the page can be read, without its marks. */
  readonly text: string;
  /** Whether a password was asked for on the way. */
  readonly asked: boolean;
  /** How many pages were gone through. */
  readonly pages: number;
  /** Addresses of its frames. */
  readonly frames: readonly string[];
  /** Where the pages that asked for something link to. */
  readonly links: readonly string[];
  /** Why the browser could not go on, in its words. */
  readonly stopped?: string;
}

export interface Manner {
  /** Whether a password is given where it is asked for; else that is where the way ends. */
  readonly logsIn?: boolean;
  /** Whether it is a logout: no password is given, and what comes by itself is waited for before all else. */
  readonly leaves?: boolean;
  /** Fields of a form that is sent to the address, as a page of a client would. */
  readonly post?: Readonly<Record<string, string>>;
}

export class Person {
  readonly #subject: Subject;
  readonly #context: BrowserContext;
  readonly #account: Account;
  #page: Page | undefined;
  /** How often its page became another. */
  #moves = 0;
  readonly #steps: readonly LoginStep[];

  private constructor(subject: Subject, context: BrowserContext, account: Account, steps: readonly LoginStep[]) {
    this.#subject = subject;
    this.#context = context;
    this.#account = account;
    this.#steps = steps;
  }

  /** Somebody who has an account, in a browser that has never been here; `undefined` where this machine has none. */
  static async arrive(
    world: World,
    subject: Subject,
    who: (accounts: readonly Account[]) => Account | undefined = ([first]) => first,
  ): Promise<Person | undefined> {
    const account = who(subject.configuration.accounts ?? []);
    const context = account && findBrowser() !== undefined ? await world.browser.open() : undefined;
    if (!context || !account) return undefined;
    return new Person(subject, context, account, world.target.manifest.login ?? []);
  }

  /**
   * Makes a request that leads back to a client without a page where the session allows it: the browser's cookies go with it,
   * and what shows a page is gone on with in the browser. A page costs a browser a hundred times what a redirect does.
   */
  async request(address: URL, until: string, manner: Manner = {}): Promise<Went> {
    const nothing = { text: '', asked: false, pages: 0, frames: [], links: [] };
    let url = address.href;
    for (let redirects = 0; redirects < MOST_REDIRECTS && this.#isOurs(url); redirects++) {
      const response = await this.#context.request.get(url, { maxRedirects: 0 }).catch(() => undefined);
      if (!response) break;
      const { location } = response.headers();
      const status = response.status();
      this.#noteAnswer('GET', response, status);
      if (status >= 400) return { ...nothing, url, status, text: textOf(await response.text()) };
      if (location === undefined || status < 300) break;
      url = new URL(location, url).href;
      if (!url.startsWith(until)) continue;
      const { status: received } = await fetch(url);
      return { ...nothing, url, status: received };
    }
    return this.goTo(url, until, manner);
  }

  /**
   * Goes to an address, and on until the browser is at `until`, or a page asks for nothing.
   */
  async goTo(address: string | URL, until: string, manner: Manner = {}): Promise<Went> {
    const { leaves = false, logsIn = !leaves, post } = manner;
    const page = (this.#page ??= await this.#context.newPage());
    await page.goto('about:blank'); // so that where the way began is not taken for where it led
    const [frames, links] = [new Set<string>(), new Set<string>()];
    let last: Response | undefined;
    let pages = 0;
    let [asked, gave] = [false, false]; // a password that was refused is not given again
    let stopped: string | undefined;
    const onResponse = (response: Response): void => {
      this.#note(response);
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) last = response;
    };
    const onFrame = (frame: Frame): void => {
      if (frame === page.mainFrame()) this.#moves++;
      else frames.add(frame.url());
    };
    page.on('response', onResponse).on('framenavigated', onFrame);
    try {
      await (post ? submitTo(page, String(address), post) : page.goto(String(address), { waitUntil: 'load' }));
      for (let turns = 0; turns < MOST_PAGES && !page.url().startsWith(until); turns++) {
        const moves = this.#moves;
        this.#subject.secrets.look(`page ${page.url()}`, await page.content());
        const asking = await this.#askedBy(page);
        asked ||= asking?.forPassword === true;
        for (const link of await linksOf(page)) links.add(link);
        const mayWait = leaves || asking?.fill.length === 0;
        if (asking && mayWait && (await this.#isLedOn(page, moves))) continue;
        if (asking?.forPassword === true && (!logsIn || gave)) break;
        gave ||= asking?.forPassword === true;
        if (asking) pages++;
        if (asking) await this.#answer(page, asking);
        else if (!(await this.#comesOn(page))) break;
      }
    } catch (error) {
      stopped = (error as Error).message.split('\n')[0] ?? '';
    }
    const text = await page.innerText('body').catch(() => '');
    const went = { url: page.url(), ...(last && { status: last.status() }), text: text.slice(0, 1_000) };
    page.off('response', onResponse).off('framenavigated', onFrame);
    return { ...went, asked, pages, frames: [...frames], links: [...links], ...(stopped !== undefined && { stopped }) };
  }

  /**
   * Lets a client's page ask `check_session_iframe` in a frame (Session Management 1.0, 3.1). The page is at `origin`, where
   * the browser finds it without anybody who serves it: cookies of a frame are kept from pages of another site.
   * @returns what the frame answers; `undefined` where it does not
   */
  async askFrame(origin: string, frame: string, message: string): Promise<string | undefined> {
    await this.#context.route(`${origin}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: CLIENT_PAGE }),
    );
    const page = (this.#page ??= await this.#context.newPage());
    await page.goto('about:blank');
    await page.goto(`${origin}/session#${encodeURIComponent(JSON.stringify([frame, message]))}`);
    const answered = await page
      .waitForFunction('window.answer', undefined, { timeout: SETTLE_MS })
      .catch(() => undefined);
    const answer = (await answered?.jsonValue()) as string | undefined;
    await this.#context.unroute(`${origin}/**`);
    return answer;
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }

  /** Gives what the page asks for, and waits for what comes of it: another page, or another step on the same. */
  async #answer(page: Page, asking: Asking): Promise<void> {
    const before = this.#moves;
    const deadline = performance.now() + SETTLE_MS;
    await fillAndSubmit(page, asking);
    while (this.#moves === before) {
      const { step } = (await this.#askedBy(page).catch(() => undefined)) ?? {}; // it is between two pages
      if (step && step !== asking.step) return;
      if (performance.now() > deadline) throw new Error(`nothing came of a click on ${asking.submit}`);
      await page.waitForTimeout(LOOK_EVERY_MS);
    }
    await page.waitForLoadState('load');
  }

  async #askedBy(page: Page): Promise<Asking | undefined> {
    return askedBy(page, this.#account, this.#steps);
  }

  /**
   * A page that has a button may lead on by itself all the same, as one does that shows frames of a logout meanwhile.
   * @param before how often the page had become another when it was this one
   */
  async #isLedOn(page: Page, before: number): Promise<boolean> {
    const refreshes = await page.locator('meta[http-equiv=refresh i]').all();
    const [delay] = await Promise.all(
      refreshes.map(async (each) => delayOf((await each.getAttribute('content')) ?? '')),
    );
    const deadline = performance.now() + (delay !== undefined && delay < SETTLE_MS ? SETTLE_MS : 0);
    while (this.#moves === before && performance.now() < deadline) await page.waitForTimeout(LOOK_EVERY_MS);
    if (this.#moves === before) return false;
    await page.waitForLoadState('load');
    return true;
  }

  /** A page that asks for nothing may lead on by itself, or ask later. */
  async #comesOn(page: Page): Promise<boolean> {
    const before = page.url();
    const refreshes = (await page.locator('meta[http-equiv=refresh i]').count()) > 0;
    const patience = refreshes ? SETTLE_MS : (await page.locator('script').count()) > 0 ? SCRIPT_MS : 0;
    const deadline = performance.now() + patience;
    while (performance.now() < deadline) {
      await page.waitForTimeout(LOOK_EVERY_MS);
      if (page.url() === before && !(await this.#askedBy(page).catch(() => undefined))) continue;
      await page.waitForLoadState('load');
      return true;
    }
    return false;
  }

  /** The target's answers, without their bodies: a page is looked at where the browser stands. */
  #note(response: Response): void {
    if (this.#isOurs(response.url())) this.#noteAnswer(response.request().method(), response, response.status());
  }

  #noteAnswer(method: string, response: Response | APIResponse, status: number): void {
    const answer = { status, headers: response.headers(), content: 0 };
    const path = response.url().slice(this.#subject.configuration.public.issuer.length);
    this.#subject.secrets.look(`HTTP answer to ${path}`, JSON.stringify(answer.headers));
    this.#subject.wire.http({ method, path }, answer);
  }

  #isOurs(url: string): boolean {
    return url.startsWith(`${this.#subject.configuration.public.issuer}/`);
  }
}

/** A client's page, which puts to a frame what stands after # in its address, and keeps the answer. */
const CLIENT_PAGE = `<!doctype html><title>client</title><body><script>
const [src, message] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const frame = document.createElement('iframe');
addEventListener('message', ({ data, source }) => { if (source === frame.contentWindow) window.answer = String(data); });
frame.addEventListener('load', () => frame.contentWindow.postMessage(message, new URL(src).origin));
frame.src = src;
document.body.append(frame);
</script></body>`;

/** Sends a form by POST, as the page of a client elsewhere does. */
async function submitTo(page: Page, address: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${escape(name)}" value="${escape(value)}">`,
  );
  await page.setContent(`<form method="post" action="${escape(address)}">${inputs.join('')}</form>`);
  const answered = page.waitForEvent('framenavigated', { predicate: (frame) => frame === page.mainFrame() });
  await Promise.all([answered, page.evaluate('document.forms[0].submit()')]);
  await page.waitForLoadState('load');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}

/** In how many milliseconds a meta refresh leads to another address; `undefined` where it shows the same page again. */
function delayOf(content: string): number | undefined {
  const [, seconds] = /^\s*(\d+)[\d.]*[\s;,]+\S/.exec(content) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** What of a page can be read, for messages. */
function textOf(html: string): string {
  const text = html.replaceAll(/<(style|script|head)\b.*?<\/\1>/gis, ' ').replaceAll(/<[^>]*>/g, ' ');
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 1_000);
}

async function linksOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>('Array.from(document.links, ({ href }) => href)');
}
