// The pages on what one has in common with others: what the walk opens.

/** The stops of the walk, each with the way to get there. */
export function matchingStops(page, open, dialog) {
    const search = async () => {
        await open('/persons')();
        const form = page.locator('main form');
        await form.locator('input').nth(0).fill('Nina Sorel');
        await form.locator('input').nth(1).fill('2017');
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
    return [
        ['persons', open('/persons')],
        ['persons-found', search],
        ['persons-merge', dialog(chosen, '.section-head button')],
        ['person', person],
        ['person-undo', dialog(person, '.rows .page-actions button')],
    ];
}
