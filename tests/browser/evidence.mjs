// The pages on evidence: what the walk opens, and what an officer does there. All content is made here and harmless.

/** The stops of the walk, each with the way to get there. */
export function evidenceStops(page, open, dialog) {
    const list = async () => {
        await open('/evidence')();
        const table = page.locator('main table').first();
        return table.waitFor({ timeout: 5000 }).then(() => true, () => false);
    };
    const item = (which) => async () => {
        if (!(await list())) return false;
        const link = page.locator('main table a[href^="/evidence/"]').nth(which);
        if ((await link.count()) === 0) return false;
        await link.click();
        await page.locator('.timeline').waitFor();
        return true;
    };
    const offer = async () => {
        if (!(await list())) return false;
        const link = page.locator('main a[href^="/evidence/offers/"]').first();
        if ((await link.count()) === 0) return false;
        await link.click();
        await page.locator('main .card .lead').waitFor();
        return true;
    };
    const acts = '.page-actions > button';
    return [
        ['evidence', list],
        ['evidence-new', async () => (await open('/evidence/new')(), await describe(page))],
        ['evidence-item', item(0)],
        ['evidence-broken', item(1)],
        ['evidence-hostile', item(2)],
        ['evidence-ended', item(3)],
        ['evidence-checklist', async () => (await item(0)()) !== false && ask(page)],
        ['evidence-record', dialog(item(0), `${acts}:nth-child(1)`)],
        ['evidence-download', dialog(item(0), `${acts}:nth-child(2)`)],
        ['evidence-bundle', dialog(item(0), `${acts}:nth-child(3)`)],
        ['evidence-hand-over', dialog(item(0), `.page-actions:has(> .danger) > button:nth-child(4)`)],
        ['evidence-dispose', dialog(item(0), `${acts}.danger`)],
        ['evidence-offer', offer],
        ['evidence-accept', dialog(offer, `${acts}.primary`)],
        ['evidence-go-on', goOn(page, list)],
    ];
}

export const vaultStops = (open, dialog) => [
    ['vault', open('/vault')],
    ['vault-begin', dialog(open('/vault'), '.section button[aria-haspopup="dialog"], .section:last-of-type p > button')],
];

async function describe(page) {
    await page.locator('main form').waitFor();
    await page
        .locator('input[type="file"]')
        .first()
        .setInputFiles([file('a note.txt', 120), file('<b>not bold</b>.txt', 300_000)]);
    await page.locator('.groups').nth(1).waitFor();
    await page.locator('.group .check').last().click();
    await page.locator('fieldset .group button, fieldset button').first().click();
}

const file = (name, bytes) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, name) });

async function ask(page) {
    const form = page.locator('main form').last();
    const state = form.getByRole('combobox').first();
    // The list closes when the page scrolls; so it is scrolled first.
    await state.scrollIntoViewIfNeeded();
    await state.focus();
    await page.waitForTimeout(300);
    await state.fill('FR');
    await page.locator('.combo-item').first().waitFor();
    await state.press('ArrowDown');
    await state.press('Enter');
    await form.locator('button[type="submit"]').click();
    await page.locator('.law-rows').first().waitFor();
}

function goOn(page, list) {
    return async () => {
        if (!(await list())) return false;
        const link = page.locator('main a[href^="/evidence/new?upload="]').first();
        if ((await link.count()) === 0) return false;
        await link.click();
        await page.locator('main .progress').first().waitFor();
        return true;
    };
}

/** Takes a large and two small files in, sees that what arrived is what was chosen, and saves one again. */
export async function playEvidence(page, base, expect) {
    await page.goto(`${base}/evidence/new`);
    const input = page.locator('input[type="file"]').first();
    await input.setInputFiles([file('one.txt', 900), file('two.txt', 1200), file('large.bin', 5_000_000)]);
    await expect(async () => (await page.locator('.groups').count()) === 3, 'three files are hashed before anything is sent');
    await page.getByLabel('Case', { exact: true }).selectOption({ index: 1 });
    await page.getByLabel('Exhibit number').fill(`W-${Date.now()}`);
    await page.getByLabel('Why it is taken in').fill('A walk through the console.');
    await page.getByLabel('Place', { exact: true }).fill('Laboratory');
    await page.getByLabel('What it is').fill('Three made files');
    await page.getByRole('button', { name: 'Send into the vault' }).click();
    await expect(
        async () => (await page.getByText('Received = chosen').count()) === 3,
        'what was received is what was chosen, for all three',
    );
    await page.locator('.chosen a').last().click();
    await page.locator('.timeline').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Whole: every part').waitFor();
}

/** A connection breaks, the page is left, the same file is chosen again, and only what is missing is sent. */
export async function resumesEvidence(page, base, expect) {
    const name = `R-${Date.now()}`;
    const film = file('film.bin', 40_000_000);
    let requests = 0;
    await page.route('**/evidence/uploads/*', (route) => {
        if (route.request().method() !== 'PATCH' || (requests += 1) < 2) return route.continue();
        return route.fulfill({ status: 403, body: '{"title":"stopped by the walk","code":"stopped"}' });
    });
    await page.goto(`${base}/evidence/new`);
    await page.locator('input[type="file"]').first().setInputFiles(film);
    await page.locator('.groups').first().waitFor();
    await page.getByLabel('Case', { exact: true }).selectOption({ index: 1 });
    await page.getByLabel('Exhibit number').fill(name);
    await page.getByLabel('Why it is taken in').fill('A walk through the console.');
    await page.getByLabel('Place', { exact: true }).fill('Laboratory');
    await page.getByLabel('What it is').fill('A made file');
    await page.getByRole('button', { name: 'Send into the vault' }).click();
    await expect(async () => (await page.getByText('stopped by the walk').count()) > 0, 'what the node refuses is shown');
    await page.unroute('**/evidence/uploads/*');

    await page.goto(`${base}/evidence`);
    await page.getByRole('link', { name: `Go on: ${name}` }).click();
    await page.locator('input[type="file"]').first().setInputFiles(file('film.bin', 39_999_999));
    await page.getByText('This is another file: its size').waitFor();
    await page.locator('input[type="file"]').first().setInputFiles(film);
    await page.getByText('This is the file with which the upload was begun').waitFor();
    const offsets = [];
    page.on('request', (sent) => sent.method() === 'PATCH' && offsets.push(Number(sent.headers()['upload-offset'])));
    await page.locator('main .button.primary').click();
    await expect(async () => (await page.getByText('Received = chosen').count()) === 1, 'all of it is received');
    if (offsets.length === 0 || offsets.some((offset) => offset === 0)) throw new Error('the upload began again');
}
