// The acts of the main job as an officer does them in the console, by keyboard where that is the point.

import { playEvidence, resumesEvidence } from './evidence.mjs';
import { playLaw } from './law.mjs';
import { playDeconfliction, playMatching } from './matching.mjs';

/** Raises an alert, releases it, watches the receipts arrive without a reload, shows a photograph, cancels; asks the law. */
export async function play(page, base, look) {
  await skipsToContent(page, base);
  await raises(page, base);
  await look('act-raised');
  await releasesInAnEmergency(page);
  await seesReceiptsArrive(page);
  await look('act-receipted');
  await showsAPhotographOnDemand(page);
  await savesTheRecord(page);
  await cancels(page);
  await look('act-cancelled');
  await playLaw(page, base, expect);
  await look('act-law');
  await playEvidence(page, base, expect);
  await look('act-evidence');
  await resumesEvidence(page, base, expect);
  await look('act-evidence-resumed');
  await playMatching(page, base, expect);
  await look('act-matching');
  await playDeconfliction(page, base, expect);
  await look('act-deconfliction');
}

async function skipsToContent(page, base) {
  await page.goto(`${base}/alerts`);
  await page.locator('main h1').waitFor();
  await page.keyboard.press('Tab');
  await expect(() => page.evaluate(() => document.activeElement?.className === 'skip'), 'the skip link comes first');
  await page.keyboard.press('Enter');
  await expect(() => page.evaluate(() => document.activeElement?.id === 'main'), 'the skip link leads to the content');
}

async function raises(page, base) {
  await page.goto(`${base}/cases`);
  await page.locator('main table a').last().click();
  await page.locator('a[href$="/alert"]').click();
  await expect(
    () => page.evaluate(() => document.activeElement?.tagName === 'H1'),
    'after a navigation the heading has the focus',
  );
  for (const box of await page.locator('[role="group"] .check').filter({ hasText: /-/ }).all()) await box.click();
  await page.getByLabel('Headline').fill('Boy missing, may cross a border today');
  await page.getByLabel('Instrument').fill('HAGUE_1980');
  await page.getByLabel('Article').fill('7');
  await page.locator('.assessment').waitFor();
  const reason = page.getByLabel('Reason for going on');
  if ((await reason.count()) > 0) await reason.fill('exercise: the tables do not say');
  await page.locator('main button[type="submit"]').click();
  await page.waitForURL(/\/alerts\//);
}

async function releasesInAnEmergency(page) {
  await page.getByRole('button', { name: 'Emergency release by one officer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('exercise: the second officer cannot be reached');
  await dialog.getByRole('button', { name: 'Release now' }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function seesReceiptsArrive(page) {
  const receipted = page.locator('.deliveries .delivery-receipted .number');
  await expect(async () => (await receipted.count()) > 0, 'a receipt arrives live, with its milliseconds', 15_000);
}

async function showsAPhotographOnDemand(page) {
  const pictures = page.locator('main img');
  await expect(async () => (await pictures.count()) === 0, 'no photograph is shown by default');
  await page.getByRole('button', { name: 'Show photograph' }).first().click();
  const answer = page.locator('main img, main .photograph [role="status"]');
  await expect(async () => (await answer.count()) === 1, 'the photograph, or that there is none, is shown on demand');
}

async function savesTheRecord(page) {
  const alert = page.url();
  await page.locator('main a[href^="/exchanges/"]').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the record' }).click(),
  ]);
  const line = await page.locator('.copy-line code').textContent();
  await expect(async () => line === `comity verify ${download.suggestedFilename()}`, 'the command names the saved file');
  await page.goto(alert);
}

async function cancels(page) {
  await page.getByRole('button', { name: 'Cancel the alert' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The child was found').click();
  await dialog.getByRole('button', { name: 'Cancel at every recipient' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('This alert is over.').waitFor();
}

/** Waits until it holds; says what did not. */
async function expect(holds, what, patience = 5000) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it does not hold that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
