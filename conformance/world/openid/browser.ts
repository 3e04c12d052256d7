/** The browser of a run: Chromium without a window, started when the first person needs it, and gone with the run. */
import { existsSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';

/** The shell is the same browser without what it would show to a person who sits before it: half of its CPU. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages of clients, which nobody serves, and those of a target are on one machine.
  '--disable-features=LocalNetworkAccessChecks',
];
/** What a page is waited for at most. */
const PAGE_MS = 30_000;

/** The program: `CHROMIUM` where it is set, else where distributions put it. */
export function findBrowser(): string | undefined {
  const { CHROMIUM: chosen } = process.env;
  return (chosen === undefined || chosen === '' ? PLACES : [chosen]).find((path) => existsSync(path));
}

/** What brings it, in words. */
export const BROWSER_FIX =
  '`apt-get install chromium` brings one (chromium-headless-shell, where there is one, is faster), or set CHROMIUM to the path of a Chromium';

export class RunBrowser {
  #browser: Promise<Browser> | undefined;

  /** A person's own place in it, with cookies of its own; `undefined` where this machine has no browser. */
  async open(): Promise<BrowserContext | undefined> {
    const path = findBrowser();
    if (path === undefined) return undefined;
    this.#browser ??= launch(path);
    const context = await (await this.#browser).newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(PAGE_MS);
    return context;
  }

  async close(): Promise<void> {
    const browser = await this.#browser?.catch(() => undefined);
    await browser?.close();
  }
}

/** Signals are the kit's to take: it ends the run, and this with it. */
async function launch(executablePath: string): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, args: FLAGS, headless: true, ...signals });
}
