// The pages on what one has in common with others: what the walk opens.

/** A person with a name and a year of birth in one of the cases, whatever node it is. */
function somebody(page) {
    return page.evaluate(async () => {
        const read = async (path) => (await fetch(`/api/v1${path}`)).json();
        for (const { id } of (await read('/cases')).items) {
            for (const { name, born } of (await read(`/cases/${id}`)).report.subjects) {
                if (name?.family && name.forename && born) return { name: `${name.forename} ${name.family}`, born: born.slice(0, 4) };
            }
        }
        return { name: 'Nobody Known', born: '2017' };
    });
}

/** The stops of the walk, each with the way to get there. */
export function matchingStops(page, open, dialog) {
    const search = async () => {
        await open('/persons')();
        const form = page.locator('main form');
        const { name, born } = await somebody(page);
        await form.locator('input').nth(0).fill(name);
        await form.locator('input').nth(1).fill(born);
        await form.locator('button[type="submit"]').click();
        await page.locator('main .section').waitFor();
        return true;
    };
    const found = async () => (await search()) && (await page.locator('main a[href^="/persons/"]').count()) > 0;
    const person = async () => {
        if (!(await found())) return false;
        await page.locator('main a[href^="/persons/"]').first().click();
        await page.locator('main .cards').waitFor();
        return true;
    };
    const chosen = async () => {
        if (!(await found())) return false;
        const boxes = page.locator('main .rows .check');
        if ((await boxes.count()) < 2) return false;
        await boxes.nth(0).click();
        await boxes.nth(1).click();
        return true;
    };
    const asked = async () => {
        await open('/hash-sets')();
        const form = page.locator('main form').first();
        if ((await form.count()) === 0) return false;
        await form.locator('textarea').nth(0).fill('0f'.repeat(32));
        await form.locator('textarea').nth(1).fill('f8'.repeat(32));
        await form.locator('input').last().fill('a walk through the pages');
        await form.locator('button[type="submit"]').click();
        await page.locator('main [aria-live="polite"] > *').first().waitFor();
        return true;
    };
    const firstOf = (list, prefix) => async () => {
        await open(list)();
        const link = page.locator(`main .rows a[href^="${prefix}/"]`).first();
        if ((await link.count()) === 0) return false;
        await link.click();
        await page.locator('main .card').first().waitFor();
        return true;
    };
    const composed = async () => {
        if ((await dialog(open('/queries'), '.page-head .page-actions button')()) === false) return false;
        const cases = page.locator('[role="dialog"] select').first();
        await page.waitForFunction(() => document.querySelectorAll('[role="dialog"] select option').length > 1);
        await cases.selectOption({ index: 1 });
        await page.locator('[role="dialog"] table').waitFor();
        return true;
    };
    const comparison = (said) => async () => {
        await open('/deconflictions')();
        const link = page.locator('main .rows li', { hasText: said }).locator('a[href^="/deconflictions/"]').first();
        if ((await link.count()) === 0) return false;
        await link.click();
        await page.locator('main .card').first().waitFor();
        return true;
    };
    // By what their tags say in the language of the page: in others than these the stop is skipped.
    const words = { decide: /To decide|بانتظار القرار/, confirm: /To be confirmed|بانتظار التأكيد هنا/, running: /Being compared|تجري المقارنة/, common: /in common|مشترك/ };
    const offered = dialog(open('/deconflictions'), '.page-head .page-actions button');
    const chosenPeer = async () => {
        if ((await offered()) === false) return false;
        await page.locator('[role="dialog"] select').first().selectOption({ index: 1 });
        await page.locator('[role="dialog"] [role="group"] label').first().click();
        return true;
    };
    const query = firstOf('/queries', '/queries');
    const claim = firstOf('/claims', '/claims');
    const rules = open('/matching/rules');
    return [
        ['queries', open('/queries')],
        ['query-ask', composed],
        ['query', query],
        ['query-claim', dialog(query, '.rows .page-actions button')],
        ['claims', open('/claims')],
        ['claim', claim],
        ['claim-disclose', dialog(claim, '.section .page-actions button.primary')],
        ['claim-decline', dialog(claim, '.section .page-actions button:not(.primary)')],
        ['deconflictions', open('/deconflictions')],
        ['deconfliction-prepare', chosenPeer],
        ['deconfliction-confirm', dialog(comparison(words.confirm), 'main > .page-actions button.primary')],
        ['deconfliction-received', comparison(words.decide)],
        ['deconfliction-accept', dialog(comparison(words.decide), 'main > .page-actions button.primary')],
        ['deconfliction-decline', dialog(comparison(words.decide), 'main > .page-actions button:not(.primary)')],
        ['deconfliction-running', comparison(words.running)],
        ['deconfliction-finished', comparison(words.common)],
        ['deconfliction-claim', dialog(comparison(words.common), '.section-head button.primary')],
        ['matching-rules', rules],
        ['rule-propose', dialog(rules, '.section-head button')],
        ['sweep-consent', dialog(rules, '.section:last-of-type .page-actions button.primary')],
        ['hash-sets', open('/hash-sets')],
        ['hash-sets-asked', asked],
        ['hash-set-import', dialog(open('/hash-sets'), '.page-head .page-actions button')],
        ['hash-set-withdraw', dialog(open('/hash-sets'), '.rows .page-actions button')],
        ['persons', open('/persons')],
        ['persons-found', search],
        ['persons-merge', dialog(chosen, '.section-head button')],
        ['person', person],
        ['person-undo', dialog(person, '.rows .page-actions button')],
    ];
}

/** What auditors alone see. */
export const usageStops = (open, dialog) => [
    ['matching-usage', open('/matching/usage')],
    ['canary-plant', dialog(open('/matching/usage'), '.page-head .page-actions button')],
];

/** Asks every holder about an identifier, sees who answers without a reload, and that nobody holds it. */
export async function playMatching(page, base, expect) {
    await page.goto(`${base}/queries`);
    await page.getByRole('button', { name: 'Ask other authorities' }).click();
    const dialog = page.getByRole('dialog');
    await page.waitForFunction(() => document.querySelectorAll('[role="dialog"] select option').length > 1);
    await dialog.locator('select').first().selectOption({ index: 1 });
    await dialog.getByText('Those typed here').click();
    await dialog.getByRole('textbox', { name: 'Identifiers' }).fill('+33 1 99 00 12 34');
    await dialog.getByRole('textbox', { name: 'Why', exact: true }).fill('exercise: is this number known?');
    await dialog.getByLabel('Instrument').fill('HAGUE_1980');
    await dialog.getByLabel('Article').fill('7');
    await dialog.locator('.assessment').waitFor();
    const reason = dialog.getByLabel('Reason for going on');
    if ((await reason.count()) > 0) await reason.fill('exercise: the tables do not say');
    await dialog.locator('button[type="submit"]').click();
    await page.waitForURL(/\/queries\/./);
    const said = (words) => page.locator('main .rows .tag', { hasText: words }).count();
    await expect(async () => (await said('No hit')) > 0, 'a holder answers that there is no hit', 60_000);
    await expect(async () => (await said('Has not answered')) + (await said('Being checked')) === 0, 'every holder has answered', 60_000);
}

/**
 * A comparison of case loads. With COMITY_PEER, the address of another node of the demo, and COMITY_PEER_NAMES, how its officers'
 * names begin: prepared by one officer, confirmed by another
 * in the browser, accepted by two of the other authority, and its end seen without a reload. Without it, prepared and taken back.
 */
export async function playDeconfliction(page, base, expect) {
    const state = (words) => page.locator('.page-head .tag', { hasText: words }).count();
    const is = (words, what, patience = 30_000) => expect(async () => (await state(words)) > 0, what, patience);
    if (process.env.COMITY_PEER === undefined) return await takesBack(page, base, is);
    const { COMITY_NAME, COMITY_PEER: peer, COMITY_PEER_NAMES: theirs } = process.env;
    const prepares = await signedIn(base, `${COMITY_NAME.split('-')[0]}-officer`);
    const accepts = await signedIn(peer, `${theirs}-officer`);
    const other = (await accepts('GET', '/node')).authorities[0].id;
    const basis = { instrument: 'HAGUE_1980', article: '7', reason: 'exercise' };
    const marking = { handling: ['H0'], purpose: 'exercise', source: 'A', information: '1', onward: { rule: 'own_jurisdiction' }, retain_until: '2030-01-01' };
    const offer = { with: other, scope: ['phone', 'email', 'account', 'document'], why: 'exercise: one network or two?', marking, legal_basis: basis };
    const { id } = await prepares('POST', '/deconflictions', offer);
    await page.goto(`${base}/deconflictions/${id}`);
    await is('To be confirmed here', 'the offer waits for a second officer');
    await page.getByRole('button', { name: 'Confirm the offer' }).click();
    await page.getByRole('dialog').locator('button[type="submit"]').click();
    await is('Offered', 'the offer has left');
    const came = async () => (await accepts('GET', '/deconflictions')).items.some((one) => one.id === id);
    await expect(came, 'the offer arrives', 30_000);
    await accepts('POST', `/deconflictions/${id}/accept`, { why: 'exercise: we wonder too', legal_basis: basis });
    await (await signedIn(peer, `${theirs}-releasing`))('POST', `/deconflictions/${id}/confirm`, {});
    await is(/in common/, 'both have compared, and the page says so by itself', 90_000);
    // The tag changes its colour slowly; half-way its contrast is not what is judged.
    await page.waitForFunction(() => document.getAnimations().length === 0);
}

async function takesBack(page, base, is) {
    await page.goto(`${base}/deconflictions`);
    await page.getByRole('button', { name: 'Offer a comparison' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('select').first().selectOption({ index: 1 });
    await dialog.locator('[role="group"] label').first().click();
    await dialog.getByRole('textbox', { name: 'Why', exact: true }).fill('exercise: do we work on the same?');
    await dialog.getByLabel('Instrument').fill('HAGUE_1980');
    await dialog.getByLabel('Article').fill('7');
    await dialog.locator('.assessment').waitFor();
    const reason = dialog.getByLabel('Reason for going on');
    if ((await reason.count()) > 0) await reason.fill('exercise: the tables do not say');
    await dialog.locator('button[type="submit"]').click();
    await page.waitForURL(/\/deconflictions\/./);
    await is('To be confirmed here', 'the offer waits for a second officer');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('exercise: over');
    await dialog.locator('button[type="submit"]').click();
    await is('Withdrawn by us', 'the offer is withdrawn');
}

/** Another officer at a node, who acts through its API. */
async function signedIn(base, name) {
    const call = (token) => async (method, path, body) => {
        const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
        const answer = await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${name}: ${method} ${path}: ${answer.status} ${await answer.text()}`);
        return await answer.json();
    };
    const { token } = await call()('POST', '/session', { name, password: process.env.COMITY_PASSWORD });
    return call(token);
}
