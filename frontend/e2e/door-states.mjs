/** The Door screen as it stands at different moments, for its pictures. */
import { settle } from './window.mjs';

/** Who has not come through a door yet. @type {string[]} */
let waiting = [];

/**
 * Opens the door and lets people in whom no door has seen yet, until one is greeted so.
 * @param {import('playwright-core').Page} page
 * @param {string} tone
 */
export async function scanUntil(page, tone) {
  await openDoor(page);
  if (waiting.length === 0)
    waiting = await page.evaluate(async () => {
      const { People } = /** @type {any} */ (window).go.desktop;
      const { rows } = await People.Members({ text: '', offset: 0, limit: 400 });
      return rows
        .filter((/** @type {any} */ _, /** @type {number} */ at) => at % 3 === 0)
        .map((/** @type {any} */ row) => row.id);
    });
  for (const id of waiting.splice(0, 60)) {
    await page.keyboard.type(`${id}\n`);
    await settle(page);
    const greeted = page.locator(`[data-tone="${tone}"]`).filter({ hasNotText: /since|depuis/ });
    if (await greeted.count()) return;
  }
}

/** A code that nobody has. @param {import('playwright-core').Page} page */
export async function unknownCode(page) {
  await openDoor(page);
  await page.keyboard.type('mem_zzzzzzzzzzzzzzzz\n');
  await page.locator('[data-tone=unknown]').waitFor();
}

/** Somebody who is not on the list: the form, or what it answers. @param {import('playwright-core').Page} page @param {boolean} [arrived] */
export async function walkIn(page, arrived = false) {
  await openDoor(page);
  await page.keyboard.press('F2');
  await page.keyboard.type('Noor Okafor\n');
  await page.keyboard.type('sainte-marg');
  await page.getByRole('option').first().waitFor();
  if (!arrived) return;
  await page.keyboard.press('Enter');
  await page.locator('.walkin input[type=radio]').nth(1).check();
  await page.locator('.walkin button[type=submit]').click();
  await page.locator('[data-tone] .name').waitFor();
}

/** Who is inside, room by room. @param {import('playwright-core').Page} page */
export async function lookInside(page) {
  await openDoor(page);
  await page.keyboard.press('F4');
  await page.locator('.inside li').first().waitFor();
}

/** A rehearsal with one person in. @param {import('playwright-core').Page} page */
export async function rehearse(page) {
  await page.locator('.open button').nth(1).click();
  await page.locator('.practice').waitFor();
  const id = await page.evaluate(async () => {
    const { People } = /** @type {any} */ (window).go.desktop;
    const { rows } = await People.Members({ text: 'élise', offset: 0, limit: 1 });
    return rows[0].id;
  });
  await page.keyboard.type(`${id}\n`);
  await page.locator('[data-tone] .name').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function openDoor(page) {
  await page.locator('button[type=submit]').click();
  await page.getByRole('combobox').first().waitFor();
}
