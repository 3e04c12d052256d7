import { beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { reportPages, type DomDocument, type DomElement } from './html-page-fixture.ts';

declare const document: DomDocument;

describe('the HTML report in a browser', function () {
  this.timeout(60_000);
  const pages = reportPages();
  const { noises, requests, address, isOpen } = pages;
  let page: Page;
  beforeEach(() => (page = pages.page));

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
    const context = await pages.browser.newContext({ javaScriptEnabled: false });
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
