/** Makes docs/report.png, the picture in the README, from the report of the last run: `make picture`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../..');
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, colorScheme: 'light' });
await page.goto(pathToFileURL(join(ROOT, 'out/report/report.html')).href);
await page.screenshot({ path: join(ROOT, 'docs/report.png') });
await browser.close();
