import { beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { reportPages } from './html-page-fixture.ts';

describe('the HTML report in use', function () {
  this.timeout(60_000);
  const pages = reportPages();
  const { noises, requests, address, shown, focused, isOpen } = pages;
  let page: Page;
  beforeEach(() => (page = pages.page));

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

  it('opens the coverage by its link, keys alone, and filters it as the requirements', async () => {
    await page.goto(address('failing'));
    const rows = page.locator('tr[data-covers]:visible');
    assert.equal(await rows.count(), 0);
    await page.getByRole('link', { name: /^Coverage/ }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#coverage > summary:focus').waitFor(); // the address changes first
    assert.equal(await rows.count(), (await shown()).length);
    await page.getByRole('searchbox').fill('MDT-ANC-003');
    assert.deepEqual(await rows.evaluateAll((all) => all.map((one) => one.textContent.trim().slice(0, 11))), [
      'MDT-ANC-003',
    ]);
    assert.equal(await page.locator('.coverage .total:visible').count(), 1);
    await rows.getByRole('link').press('Enter');
    await page.locator('[id="MDT-ANC-003"] summary:focus').waitFor();
    assert.equal(await focused(), 'MDT-ANC-003');
    assert.deepEqual(noises, []);
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
    const colleague = await (await pages.browser.newContext()).newPage();
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
});
