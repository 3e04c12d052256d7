/** Reports in Chromium, for the tests of the page: written once, opened anew for each test. */
import { after, afterEach, before, beforeEach } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { failingRun, hostileRun, LEDGER, sampleRun, twoExchangesRun } from './sample-run.ts';
import { writeReports } from './write.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What of the DOM these tests use: it is there in the page, and the kit's own code is compiled without it. */
export interface DomElement {
  readonly id: string;
  readonly tagName: string;
  readonly className: string;
  readonly outerHTML: string;
  readonly textContent: string;
  readonly parentElement: DomElement | null;
  readonly childNodes: Iterable<{ nodeType: number; textContent: string }>;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  open: boolean;
  closest(selector: string): DomElement | null;
  getAttribute(name: string): string | null;
  checkVisibility(): boolean;
}

/** The global `document` of a page. */
export interface DomDocument {
  readonly activeElement: DomElement;
  readonly documentElement: DomElement;
  readonly defaultView: { getComputedStyle(of: DomElement): { color: string; backgroundColor: string } };
  querySelectorAll(selector: string): Iterable<DomElement>;
}
declare const document: DomDocument;

/** The page of the test that runs, and what it did by itself. */
export class ReportPages {
  /** What was written to the console, and errors. */
  readonly noises: string[] = [];
  readonly requests: string[] = [];
  #browser: Browser | undefined;
  #folder = '';
  #page: Page | undefined;

  get browser(): Browser {
    return this.#browser ?? assert.fail('the browser is not open');
  }

  get page(): Page {
    return this.#page ?? assert.fail('no page is open');
  }

  /** Of a report, by the name of its run. */
  readonly address = (name: string): string => pathToFileURL(join(this.#folder, name, 'report.html')).href;

  /** IDs of the requirements that can be seen. */
  readonly shown = (): Promise<string[]> =>
    this.page.locator('.requirement:visible').evaluateAll((all) => all.map(({ id }) => id));

  readonly focused = (): Promise<string> =>
    this.page.evaluate(() => document.activeElement.closest('.requirement')?.id ?? document.activeElement.id);

  readonly isOpen = (id: string): Promise<boolean> =>
    this.page.locator(`[id="${id}"]`).evaluate((one) => (one as unknown as DomElement).open);

  async open(): Promise<void> {
    assert.ok(
      existsSync(CHROMIUM),
      `these tests need Chromium: ${CHROMIUM} is not there (apt-get install chromium, or set CHROMIUM)`,
    );
    this.#folder = mkdtempSync(join(tmpdir(), 'milagro-report-'));
    for (const [name, events] of Object.entries({
      failing: failingRun(),
      hostile: hostileRun(),
      certified: sampleRun(),
      exchanges: twoExchangesRun(),
    }))
      writeReports(join(this.#folder, name), events, LEDGER);
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true });
  }

  async openPage(): Promise<void> {
    this.noises.length = 0;
    this.requests.length = 0;
    const page = await this.browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => this.noises.push(message.text()));
    page.on('pageerror', (error) => this.noises.push(String(error)));
    page.on('request', (request) => this.requests.push(request.url()));
    this.#page = page;
  }
}

/** To be called where tests are described: opens a page before each of them. */
export function reportPages(): ReportPages {
  const pages = new ReportPages();
  before(() => pages.open());
  after(() => pages.close());
  beforeEach(() => pages.openPage());
  afterEach(() => pages.page.close());
  return pages;
}
