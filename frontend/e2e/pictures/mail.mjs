/** Mail once messages went out and came back. */
import { settle } from '../window.mjs';

/** @type {import('./camera.mjs').Picture[]} */
export const mails = [
  ['mail', 'mail', (page) => page.locator('section[aria-labelledby=missing]').waitFor()],
  [
    'mail-outbox',
    'mail',
    (page) => page.locator('section[aria-labelledby=mailings]').scrollIntoViewIfNeeded(),
  ],
  ['mail-compose', 'mail?write=invitation&about=MEETING', composeInvitation],
  ['mail-sure', 'mail?write=invitation&about=MEETING', almostSend],
  [
    'mail-missing',
    'meetings?id=MEETING',
    (page) => page.locator('aside [role=group]').last().scrollIntoViewIfNeeded(),
  ],
  ['mail-incoming', 'mail?view=incoming'],
  ['mail-accounts', 'mail?view=setup'],
  ['mail-wordings', 'mail?view=wordings'],
  ['consent', 'members?id=MEMBER'],
  ['today-mail', 'today'],
];

/** An invitation with its numbers, as its first French reader gets it. @param {import('playwright-core').Page} page */
async function composeInvitation(page) {
  const dialog = page.getByRole('dialog');
  const sends = dialog.locator('.sends');
  const before = await sends.textContent();
  await dialog.locator('.choice').nth(1).click();
  await page.getByRole('option').nth(1).click();
  await page.waitForFunction((was) => document.querySelector('.sends')?.textContent !== was, before);
  await dialog.locator('.choice').nth(2).click();
  await page.getByRole('option').last().click(); // the last of those who read French
  await page.frameLocator('iframe').getByText('Bonjour').waitFor();
  await settle(page);
}

/** The last question before it goes out. @param {import('playwright-core').Page} page */
async function almostSend(page) {
  await composeInvitation(page);
  await page.getByRole('dialog').locator('.actions button').last().click();
}
