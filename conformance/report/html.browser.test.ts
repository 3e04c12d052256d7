import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
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
interface DomElement {
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
declare const document: {
  readonly activeElement: DomElement;
  readonly documentElement: DomElement;
  readonly defaultView: { getComputedStyle(of: DomElement): { color: string; backgroundColor: string } };
  querySelectorAll(selector: string): Iterable<DomElement>;
};

describe('the HTML report in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let folder: string;
  let page: Page;
  const noises: string[] = [];
  const requests: string[] = [];

  before(async () => {
    assert.ok(
      existsSync(CHROMIUM),
      `these tests need Chromium: ${CHROMIUM} is not there (apt-get install chromium, or set CHROMIUM)`,
    );
    folder = mkdtempSync(join(tmpdir(), 'milagro-report-'));
    for (const [name, events] of Object.entries({
      failing: failingRun(),
      hostile: hostileRun(),
      certified: sampleRun(),
      exchanges: twoExchangesRun(),
    }))
      writeReports(join(folder, name), events, LEDGER);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    noises.length = 0;
    requests.length = 0;
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => noises.push(message.text()));
    page.on('pageerror', (error) => noises.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
  });
  afterEach(() => page.close());

  const address = (name: string): string => pathToFileURL(join(folder, name, 'report.html')).href;
  const shown = (): Promise<string[]> =>
    page.locator('.requirement:visible').evaluateAll((all) => all.map(({ id }) => id));
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement.closest('.requirement')?.id ?? document.activeElement.id);
  const isOpen = (id: string): Promise<boolean> =>
    page.locator(`[id="${id}"]`).evaluate((one) => (one as unknown as DomElement).open);

  it('loads without a word in the console and without any request but for itself', async () => {
    for (const name of ['failing', 'hostile', 'certified']) {
      await page.goto(address(name));
      await page.waitForTimeout(100);
    }
    assert.deepEqual(noises, []);
    assert.deepEqual(requests, ['failing', 'hostile', 'certified'].map(address));
  });

  it('runs nothing that a target wrote', async () => {
    await page.goto(address('hostile'));
    await page.locator('#expand').click();
    assert.equal(await page.evaluate(() => (globalThis as { pwned?: number }).pwned), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('script').count(), 1);
    assert.match(await page.locator('h1').innerText(), /^<script>globalThis\.pwned=1<\/script>/);
  });

  it('shows the verdict, what failed and why, without a click', async () => {
    await page.goto(address('failing'));
    assert.equal(await page.locator('.verdict').innerText(), 'Not certified');
    assert.match(
      await page.locator('.attention').innerText(),
      /MDT-ANC-003[^]*MUST begin with the marker[^]*fail: the marker differs/,
    );
    assert.ok(await page.getByText('444f4350524f4f46', { exact: true }).isVisible());
    await page.goto(address('certified'));
    assert.equal(await page.locator('.verdict').innerText(), 'Certified');
    assert.equal(await page.locator('.attention').count(), 0);
  });

  it('filters by outcome, by one or several, and says how many it shows', async () => {
    await page.goto(address('failing'));
    const all = await shown();
    await page.getByRole('button', { name: '1 fail' }).click();
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
    assert.equal(await page.locator('#shown').innerText(), `1 of ${String(all.length)} requirements`);
    assert.equal(await page.locator('.chapter:visible').count(), 1);
    await page.getByRole('button', { name: /pass/ }).click();
    assert.equal(
      (await shown()).length,
      all.length - (await page.locator('.requirement[data-outcome="not claimed"]').count()),
    );
    await page.getByRole('button', { name: '1 fail' }).click();
    await page.getByRole('button', { name: /pass/ }).click();
    assert.deepEqual(await shown(), all);
  });

  it('filters by role from the matrix', async () => {
    await page.goto(address('failing'));
    const role = page.getByRole('button', { name: 'Verifier', exact: true });
    await role.click();
    const ids = await shown();
    assert.ok(ids.includes('MDT-DOC-101') && !ids.includes('MDT-ANC-003'), ids.join(' '));
    await role.click();
    assert.ok((await shown()).includes('MDT-ANC-003'));
    await page.getByRole('link', { name: '2. Anchors and lineage' }).click();
    const box = await page.locator('[id="chapter-02-anchors-and-lineage"]').boundingBox();
    assert.ok(box && box.y < 450, JSON.stringify(box));
  });

  it('shows what went over the wire beside a failure, and not beside a pass', async () => {
    await page.goto(address('failing'));
    await page.locator('#expand').click();
    assert.equal(await page.locator('.wire').count(), 1);
    const wire = page.locator('[id="MDT-ANC-003"] .wire');
    assert.match(await wire.innerText(), /HTTP GET \/\.well-known\/milagro-birth-record → 200/);
    assert.match(await wire.locator('.answer').innerText(), /content-type: application\/json/);
  });

  it('opens the only exchange of a failing check at once, and leaves several to choose from', async () => {
    await page.goto(address('failing'));
    assert.ok(await page.locator('[id="MDT-ANC-003"] .wire .answer').isVisible());
    await page.goto(address('exchanges'));
    assert.equal(await page.locator('[id="MDT-ANC-003"] .wire').count(), 2);
    assert.equal(await page.locator('[id="MDT-ANC-003"] .wire .answer:visible').count(), 0);
  });

  it('keeps search, outcomes and roles in the address, for a reload and for a colleague', async () => {
    await page.goto(`${address('failing')}?from=mail`);
    await page.getByRole('searchbox').fill('marker ASCII');
    await page.getByRole('button', { name: '1 fail' }).click();
    await page.getByRole('button', { name: /pass/ }).click();
    await page.getByRole('button', { name: 'D-TA', exact: true }).click();
    const { searchParams } = new URL(page.url());
    assert.equal(searchParams.get('from'), 'mail');
    assert.equal(searchParams.get('search'), 'marker ASCII');
    assert.deepEqual(searchParams.getAll('outcome').toSorted(), ['fail', 'pass']);
    assert.deepEqual(searchParams.getAll('role'), ['dta']);
    await page.reload();
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
    const sent = page.url();
    const colleague = await (await browser.newContext()).newPage();
    await colleague.goto(sent);
    assert.equal(await colleague.getByRole('searchbox').inputValue(), 'marker ASCII');
    assert.equal(await colleague.locator('[aria-pressed=true]').count(), 3);
    assert.equal(await colleague.locator('.requirement:visible').count(), 1);
    await colleague.context().close();
    await page.getByRole('link', { name: 'MDT-ANC-003: fail' }).click(); // a place beside the view
    assert.equal(new URL(page.url()).hash, '#MDT-ANC-003');
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
    await page.getByRole('searchbox').press('Escape');
    await page.getByRole('button', { name: '1 fail' }).click();
    await page.getByRole('button', { name: /pass/ }).click();
    await page.getByRole('button', { name: 'D-TA', exact: true }).click();
    assert.equal(page.url(), `${address('failing')}?from=mail#MDT-ANC-003`);
  });

  it('goes back to the view that a place was reached from', async () => {
    await page.goto(`${address('failing')}?outcome=fail`);
    await page.getByRole('link', { name: 'MDT-DOC-001: pass' }).click(); // hidden by the filter, which gives way
    assert.ok((await shown()).length > 50);
    await page.goBack();
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
  });

  it('offers to clear the search and the filters where nothing matches', async () => {
    await page.goto(`${address('failing')}?search=no+such+word&outcome=fail`);
    assert.deepEqual(await shown(), []);
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    assert.ok((await shown()).length > 50);
    assert.equal(page.url(), address('failing'));
    assert.equal(await focused(), 'search');
    assert.equal(await page.getByRole('button', { name: 'Clear search and filters' }).isVisible(), false);
  });

  it('takes what stands in the address for a text to look for, whatever it is', async () => {
    const hostile = '"><img src=x onerror=globalThis.pwned=1><script>globalThis.pwned=1</script>';
    const queries = [
      `search=${encodeURIComponent(hostile)}&outcome=${encodeURIComponent(hostile)}&role=${encodeURIComponent(hostile)}`,
      'search=%ff%fe%00&outcome=&role=%5D%2C*&outcome=__proto__&role=constructor&search',
      `search=${'x'.repeat(20_000)}`,
      '%',
      `__proto__=1&${encodeURIComponent(hostile)}`,
    ];
    for (const query of queries)
      for (const fragment of ['', `#${encodeURIComponent(hostile)}`, `#${hostile}`, '#__proto__', '#shown']) {
        await page.goto('about:blank');
        await page.goto(`${address('failing')}?${query}${fragment}`);
        assert.equal(await page.evaluate(() => (globalThis as { pwned?: number }).pwned), undefined, query);
        assert.equal(await page.locator('img').count(), 0);
        assert.equal(await page.locator('script').count(), 1);
        assert.equal(await page.locator('[aria-pressed=true]').count(), 0);
      }
    assert.deepEqual(noises, []);
    assert.equal(requests.filter((url) => !url.startsWith(address('failing')) && url !== 'about:blank').length, 0);
    await page.goto(`${address('failing')}?${queries[0] ?? ''}`);
    assert.equal(await page.getByRole('searchbox').inputValue(), hostile);
    assert.deepEqual(await shown(), []);
  });

  it('finds requirements by words of their sentences, checks and evidence, and says when there are none', async () => {
    await page.goto(address('failing'));
    const search = page.getByRole('searchbox');
    await search.fill('marker ASCII');
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
    await search.fill('6A2C444F');
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
    await search.fill('no such word');
    assert.deepEqual(await shown(), []);
    assert.ok(await page.getByText('No requirement matches.').isVisible());
    await search.press('Escape');
    assert.ok((await shown()).length > 50);
  });

  it('leads a link to its requirement or check: opened, in view, focused', async () => {
    for (const id of ['MDT-HST-001', 'MDT-HST-001/sample']) {
      await page.goto('about:blank');
      await page.goto(`${address('certified')}#${id}`);
      assert.equal(await isOpen('MDT-HST-001'), true);
      const box = await page.locator(`[id="${id}"]`).boundingBox();
      assert.ok(box && box.y >= 40 && box.y < 900, `${id} at ${JSON.stringify(box)}`); // below the tools that stay on top
    }
    await page.goto('about:blank');
    await page.goto(`${address('certified')}#MDT-HST-001`);
    assert.equal(await focused(), 'MDT-HST-001');
  });

  it('leads there also from the matrix and the list of failures, past a filter that hides the place', async () => {
    await page.goto(address('failing'));
    await page.getByRole('searchbox').fill('no such word');
    await page.locator('.attention a').click();
    assert.ok((await shown()).includes('MDT-ANC-003'));
    assert.equal(await focused(), 'MDT-ANC-003');
    await page.getByRole('link', { name: 'MDT-DOC-001: pass' }).click();
    assert.equal(await isOpen('MDT-DOC-001'), true);
    await page.locator('[id="MDT-DOC-001"] > summary').click();
    await page.getByRole('link', { name: 'MDT-DOC-001: pass' }).click(); // the same hash again
    assert.equal(await isOpen('MDT-DOC-001'), true);
  });

  it('ignores a link to nowhere', async () => {
    for (const hash of ['#MDT-NIL-999', '#%', '#"><script>']) await page.goto(address('certified') + hash);
    assert.deepEqual(noises, []);
  });

  it('is used by keys alone: search, move, open, filter', async () => {
    await page.goto(address('failing'));
    await page.keyboard.press('/');
    assert.equal(await focused(), 'search');
    await page.keyboard.type('jk/'); // letters in the field are letters
    assert.equal(await page.getByRole('searchbox').inputValue(), 'jk/');
    await page.keyboard.press('Escape');
    const [first = '', second = ''] = await shown();
    await page.keyboard.press('j');
    assert.equal(await focused(), first);
    await page.keyboard.press('j');
    assert.equal(await focused(), second);
    await page.keyboard.press('k');
    assert.equal(await focused(), first);
    await page.keyboard.press('Enter');
    assert.equal(await isOpen(first), true);
    await page.getByRole('button', { name: '1 fail' }).focus();
    await page.keyboard.press('Space');
    assert.deepEqual(await shown(), ['MDT-ANC-003']);
  });

  it('has a name for everything that can be reached, and one heading of the first level', async () => {
    await page.goto(address('failing'));
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('a, button, input, summary, [tabindex="0"][role]')]
        .filter((one) => !(one.getAttribute('aria-label') ?? one.textContent).trim())
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(nameless, []);
    assert.equal(await page.locator('h1').count(), 1);
    for (const role of ['banner', 'main', 'navigation', 'search', 'contentinfo'] as const)
      assert.equal(await page.getByRole(role).count(), 1, role);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has a contrast of at least 4.5 : 1 for every text (${colorScheme})`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.goto(address('failing'));
      await page.locator('#expand').click();
      const poor = await page.evaluate(() => {
        const view = document.defaultView;
        const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (color: string): number => {
          const [r = 0, g = 0, b = 0] = channels(color)
            .slice(0, 3)
            .map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (one: DomElement): string => {
          for (let part: DomElement | null = one; part; part = part.parentElement) {
            const color = view.getComputedStyle(part).backgroundColor;
            if ((channels(color)[3] ?? 1) > 0) return color;
          }
          return 'rgb(255,255,255)';
        };
        const found = new Set<string>();
        for (const one of document.querySelectorAll('body *')) {
          const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
          if (!hasText || !one.checkVisibility() || one.closest('script, .skip')) continue;
          const [a, b] = [luminance(view.getComputedStyle(one).color), luminance(ground(one))];
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) found.add(`${one.tagName}.${one.className}: ${ratio.toFixed(2)}`);
        }
        return [...found];
      });
      assert.deepEqual(poor, []);
    });
  }

  it('needs no sideways scrolling from 320 pixels on, hostile lines included', async () => {
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(address('hostile'));
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('details')) one.open = true;
      });
      const { content, view } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        view: document.documentElement.clientWidth,
      }));
      assert.equal(content, view, `at ${String(width)}`);
    }
  });

  it('can be read without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(address('failing'));
    assert.equal(await plain.locator('#tools').isVisible(), false);
    assert.ok(await plain.locator('.requirement').first().isVisible());
    assert.ok(await plain.getByText('444f4350524f4f46', { exact: true }).isVisible());
    await context.close();
  });

  it('prints with what failed opened and without what only a screen can use', async () => {
    await page.goto(address('failing'));
    await page.locator('[id="MDT-ANC-003"] > summary').click();
    assert.equal(await isOpen('MDT-ANC-003'), false);
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.equal(await isOpen('MDT-ANC-003'), true);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#tools').isVisible(), false);
  });
});
