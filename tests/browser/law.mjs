// The pages on the law: what the walk opens, and what an officer does there, by keyboard where that is the point.

const ASKED = 'from=FR&to=MA&need=return_of_abducted_child&on=2026-11-21&event=2026-11-01&born=2015-03-09';

/** The stops of the walk, each with the way to get there. */
export function lawStops(page, open) {
    return [
        ['law', open('/law')],
        ['law-pathways', async () => (await open(`/law?${ASKED}`)(), await unfoldFirst(page))],
        ['law-choose-on-map', async () => (await open('/law')(), await unfoldMap(page))],
        [
            'law-map',
            async () => (await open('/law/map?of=FR&instrument=HAGUE_1980&on=2026-11-21&with=MA')(), await drawn(page)),
        ],
        ['law-sets', open('/law/sets')],
    ];
}

/** Everything of the first pathway, its sources too. */
async function unfoldFirst(page) {
    const first = page.locator('.pathway').first();
    await first.waitFor();
    const closed = first.locator('.unfolds > .unfold > * > button[aria-expanded="false"]');
    while ((await closed.count()) > 0) await closed.first().click();
}

async function unfoldMap(page) {
    await page.locator('main form .unfold-button').first().click();
    await drawn(page);
}

async function drawn(page) {
    await page.locator('.map-drawing [data-code="FR"]').waitFor();
    await page.waitForFunction(() => !document.querySelector('main [role="status"]')?.textContent?.includes('…'));
}

/** Asks by typing, keeps the answer in the address, opens the sources, saves the memo, and reads the map by keyboard. */
export async function playLaw(page, base, expect) {
    await asksByTyping(page, base);
    await keepsTheQuestionInTheAddress(page);
    await showsSources(page);
    await savesTheMemo(page);
    await readsTheMapByKeyboard(page, base, expect);
}

async function asksByTyping(page, base) {
    await page.goto(`${base}/law`);
    await choose(page, 'Requesting state', 'France');
    await choose(page, 'Requested state', 'Moroc');
    await page.getByLabel('Need', { exact: true }).selectOption('return_of_abducted_child');
    await page.getByLabel('For the day').fill('2026-11-21');
    await page.getByLabel('Day of the event').fill('2026-11-01');
    await page.getByRole('button', { name: 'Show the pathways' }).click();
    await page.locator('.pathway').first().waitFor();
}

async function choose(page, label, typed) {
    const field = page.getByRole('combobox', { name: label });
    await field.fill(typed);
    await page.getByRole('option').first().waitFor();
    await field.press('ArrowDown');
    await field.press('Enter');
}

async function keepsTheQuestionInTheAddress(page) {
    const asked = await page.locator('main .lead').textContent();
    await page.reload();
    await page.locator('.pathway').first().waitFor();
    const again = await page.locator('main .lead').textContent();
    if (asked === null || asked !== again) throw new Error(`after a reload \`${again}\` is asked and not \`${asked}\``);
}

async function showsSources(page) {
    await page
        .locator('.pathway')
        .first()
        .getByRole('button', { name: /^Sources/ })
        .last()
        .click();
    await page.locator('.pathway').first().locator('.sources li:visible').first().waitFor();
}

async function savesTheMemo(page) {
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Memo as text' }).click(),
    ]);
    if (!download.suggestedFilename().startsWith('FR-MA-')) throw new Error('the memo is not named after the question');
}

async function readsTheMapByKeyboard(page, base, expect) {
    await page.goto(`${base}/law/map?of=FR&instrument=HAGUE_1980&on=2026-11-21`);
    await drawn(page);
    await page.locator('.map-drawing').focus();
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await expect(async () => /[?&]with=M[A-Z]/.test(page.url()), 'a letter and Enter choose a state on the map');
    await page.locator('.sort-button').first().click();
    const first = () => page.locator('.relations tbody tr').first().textContent();
    await expect(
        async () => (await first())?.startsWith('Afghanistan') || (await first())?.startsWith('Albania'),
        'the table is sorted by name',
    );
}
