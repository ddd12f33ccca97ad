// Takes a picture of a page:
//   node scripts/screenshot.mjs URL OUT.png [--width 1280] [--height 800] [--viewport-only] [--dark] [--cookie name=value]
// The whole page unless --viewport-only. Chromium is what scripts/chromium.sh finds. What the page reports as an error
// (exceptions, console errors, content security policy) is printed, and makes the exit code 1.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { chromium } from 'playwright-core';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    'viewport-only': { type: 'boolean', default: false },
    dark: { type: 'boolean', default: false },
    cookie: { type: 'string', multiple: true, default: [] },
  },
});
const [url, out] = positionals;
if (url === undefined || out === undefined) {
  console.error('Usage: node scripts/screenshot.mjs URL OUT.png [--width N] [--height N] [--viewport-only] [--dark]');
  process.exit(2);
}

const executablePath = execFileSync(fileURLToPath(new URL('chromium.sh', import.meta.url)), { encoding: 'utf8' }).trim();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const context = await browser.newContext({
    viewport: { width: Number(values.width), height: Number(values.height) },
    colorScheme: values.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  await context.addCookies(
    values.cookie.map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: new URL(url).origin };
    }),
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => report(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      report(`console: ${message.text()}`);
    }
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.screenshot({ path: out, fullPage: !values['viewport-only'] });
  console.log(`${out}: ${page.url()} "${await page.title()}"`);
} finally {
  await browser.close();
}

/** @param {string} message */
function report(message) {
  console.error(message);
  process.exitCode = 1;
}
