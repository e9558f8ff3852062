// Walks the console in a real browser: signs in, opens every page, runs axe on each, takes its picture, and fails on
// any violation of accessibility or of the content security policy and on any error in the browser's console.
//
//   COMITY_NAME=... COMITY_PASSWORD=... node tests/browser/console.mjs <base-url> <screens-dir> [language,...] [width,...] [only]
//
// `-` for the screens' folder takes no pictures; `only` keeps the walk to the pages whose names begin so. Two walks go at a time.
//
// With COMITY_ACT=1 it first acts as well (raises from the first case, releases in an emergency, sees the receipts come
// in live, cancels), which changes the node that it looks at.
//
// COMITY_ROLE=administrator walks the pages that only an administrator sees as well.
//
// CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { play } from './acts.mjs';
import { evidenceStops, vaultStops } from './evidence.mjs';
import { matchingStops, usageStops } from './matching.mjs';
import { lawStops } from './law.mjs';

const [base, screens, languages = 'en,ar', widths = '1280,360', only = ''] = process.argv.slice(2);
if (base === undefined || screens === undefined) {
  console.error('usage: node tests/browser/console.mjs <base-url> <screens-dir> [languages] [widths] [only]');
  process.exit(2);
}
const NAME = process.env.COMITY_NAME ?? 'l.vidal';
const PASSWORD = process.env.COMITY_PASSWORD ?? 'exercise only 2026';
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const faults = [];
if (screens !== '-') mkdirSync(screens, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  if (process.env.COMITY_ACT === '1') await act();
  const walks = languages.split(',').flatMap((language) => widths.split(',').map((width) => [language, Number(width), 'light']));
  walks.unshift(['en', 1280, 'dark']);
  const walker = async () => {
    for (let next = walks.shift(); next !== undefined; next = walks.shift()) await walk(...next);
  };
  await Promise.all([walker(), walker()]);
} finally {
  await browser.close();
}
for (const fault of faults) console.error(`✗ ${fault}`);
console.log(faults.length === 0 ? '✓ no fault' : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

async function walk(language, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: language });
  await context.addInitScript((chosen) => localStorage.setItem('comity.language', chosen), language);
  const page = await context.newPage();
  const where = `${language} ${width} ${colorScheme}`;
  listen(page, where);
  await page.goto(base);
  await page.locator('h1').waitFor();
  if (only === '') await look(page, where, 'sign-in');
  await signIn(page);
  for (const [name, go] of stops(page).filter(([name]) => name.startsWith(only))) {
    const there = await go();
    if (there === false) console.log(`- ${where}: ${name} skipped, nothing to open`);
    else await look(page, where, name);
  }
  await context.close();
}

async function act() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en' });
  await context.addInitScript(() => localStorage.setItem('comity.language', 'en'));
  const page = await context.newPage();
  listen(page, 'acts');
  await page.goto(base);
  await signIn(page);
  try {
    await play(page, base, (name) => look(page, 'en 1280 acts', name));
  } catch (thrown) {
    faults.push(`acts: ${thrown.message}`);
    await picture(page, 'acts-failed');
  }
  await context.close();
}

/** A refused sign-in is told by the browser as an error, and so is the upload that the walk breaks off; every other one counts. */
function listen(page, where) {
  page.on('console', (message) => {
    const expected = /401/.test(message.text()) && /\/api\/v1\/(session|node)/.test(message.location().url);
    const byTheWalk = /403/.test(message.text()) && /\/api\/v1\/evidence\/uploads\//.test(message.location().url);
    if (message.type() === 'error' && !expected && !byTheWalk) faults.push(`${where}: console error: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${where}: ${error.message}`));
  void page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
}

async function signIn(page) {
  await page.locator('input[autocomplete="username"]').fill(NAME);
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator('main button[type="submit"]').click();
  await page.locator('nav').waitFor();
}

function stops(page) {
  const open = (path) => async () => {
    await page.goto(base + path);
    await settled(page);
  };
  const first = (list, prefix, selector = `main a[href^="${prefix}/"]`) => async () => {
    await open(list)();
    const link = page.locator(selector).first();
    if ((await link.count()) === 0) return false;
    await link.click();
    await settled(page);
    return true;
  };
  const dialog = (reach, button) => async () => {
    if ((await reach()) === false) return false;
    const opener = page.locator(button).first();
    if ((await opener.count()) === 0) return false;
    await opener.click();
    await page.locator('[role="dialog"]').waitFor();
    return true;
  };
  const board = '.board section:nth-child';
  const incoming = first('/alerts', '/alerts', `${board}(2) article a`);
  const outgoing = (state) => first('/alerts', '/alerts', `${board}(1) .alert-${state} a`);
  const hit = first('/hits', '/hits');
  const exchange = first('/exchanges', '/exchanges');
  return [
    ['alerts', open('/alerts')],
    ['alert-incoming', incoming],
    ['alert-sighting', dialog(incoming, '.page-head .page-actions button')],
    ['alert-raised', outgoing('raised')],
    ['alert-emergency', dialog(outgoing('raised'), 'button.danger')],
    ['alert-released', outgoing('released')],
    ['alert-cancel', dialog(outgoing('released'), 'button.danger')],
    ['alert-withdrawn', outgoing('withdrawn')],
    ['alert-update', updateOf(page, outgoing('released'))],
    ['hits', open('/hits')],
    ['hit', hit],
    ['hit-disclose', dialog(hit, '.section .page-actions button.primary')],
    ['hit-dismiss', dialog(hit, '.section .page-actions button:not(.primary)')],
    ['cases', open('/cases')],
    ['case-import', dialog(open('/cases'), '.page-head button')],
    ['case', first('/cases', '/cases')],
    ['case-raise', raiseFrom(page, first('/cases', '/cases'))],
    ['exchanges', open('/exchanges')],
    ['exchange', exchange],
    ['exchange-send', dialog(exchange, '.page-head .page-actions button')],
    ...matchingStops(page, open, dialog),
    ...evidenceStops(page, open, dialog),
    ...(process.env.COMITY_ROLE === 'auditor' ? usageStops(open, dialog) : []),
    ...(process.env.COMITY_ROLE === 'administrator' ? vaultStops(open, dialog) : []),
    ...lawStops(page, open),
    ['dead-letters', open('/dead-letters')],
    ['not-found', open('/no/such/page')],
  ];
}

function updateOf(page, reach) {
  return async () => (await reach()) !== false && follow(page, 'main a[href$="/update"]');
}

function raiseFrom(page, reach) {
  return async () => (await reach()) !== false && follow(page, 'main a[href$="/alert"]');
}

async function follow(page, selector) {
  const link = page.locator(selector).first();
  if ((await link.count()) === 0) return false;
  await link.click();
  await settled(page);
  return true;
}

/** The page's heading is there and nothing loads any more. */
async function settled(page) {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('main > p.quiet[role="status"]'));
}

async function look(page, where, name) {
  await picture(page, `${name}-${where.replaceAll(' ', '-')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) faults.push(`${where}: ${name} is ${wide} px wider than the window`);
  const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze();
  for (const { id, help, nodes } of violations)
    faults.push(`${where}: ${name}: ${id} (${help}): ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}

async function picture(page, name) {
  if (screens !== '-') await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true });
}
