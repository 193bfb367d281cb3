import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { pair, phoneAt, tapOn } from './phones.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const start = ['--start', '2028-12-09T09:00', '--zone', 'America/Toronto', '--minutes', '480'];
  await carnet(home, 'meeting', 'add', '--title', 'Livable Cities Forum', '--chapter', 'Quebec', ...start);
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, 'door');
  await tab.page.getByRole('radio', { name: /Livable Cities Forum/ }).check();
  await tab.page.getByRole('textbox', { name: 'Door' }).fill('A');
  await tab.page.getByRole('button', { name: 'Open the door' }).click();
  await tab.page.getByRole('combobox').first().waitFor();
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const panel = () => tab.page.getByRole('dialog', { name: 'Phones as doors' });

test('the door lets phones in by a code and its picture, and sees what they note at once', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: 'Phones' }).click();
  await panel().getByRole('button', { name: 'Let phones in' }).click();
  await panel()
    .getByRole('img', { name: /leads a phone/ })
    .waitFor();
  assert.deepEqual(await findings(page), []);
  const code = (await panel().locator('.letters').textContent()) ?? '';
  const address =
    (await panel()
      .getByText(/^https:\/\//)
      .first()
      .textContent()) ?? '';
  await panel()
    .getByRole('img', { name: /leads a phone/ })
    .screenshot({ path: work.path('code.png') });
  const read = execFileSync('zbarimg', ['-q', '--raw', work.path('code.png')], { stdio: 'pipe' });
  assert.equal(String(read).trim(), `${address.trim()}#${code.replace(' ', '')}`);
  const phone = await phoneAt(chrome, address.trim());
  await pair(phone.page, code, 'Samir');
  await panel().getByText('Samir').waitFor();
  await panel().getByText('The code was used').waitFor();
  await tapOn(phone.page, 'gelinas');
  await phone.page.locator('[data-tone="in"]').getByText('Olivier Gélinas').waitFor();
  await panel().getByText('1 scan').waitFor();
  await page.keyboard.press('Escape');
  await panel().waitFor({ state: 'detached' });
  await page.locator('.here .count').getByText('1', { exact: true }).waitFor();
  await page.getByText('Olivier Gélinas').first().waitFor();

  await page.getByRole('button', { name: 'Phones' }).click();
  await panel().getByRole('button', { name: 'Shut out Samir' }).click();
  await phone.page
    .getByRole('heading', { name: 'This phone is no longer a door' })
    .waitFor({ timeout: 20_000 });
  await panel().getByRole('button', { name: 'Another code' }).click();
  await panel().locator('.letters').waitFor();
  await phone.close();
});

test('the panel is free of barriers in both languages and themes, and closes the door for phones', async () => {
  const { page, troubles } = tab;
  await panel().getByRole('button', { name: 'End for all phones' }).click();
  await panel().getByRole('button', { name: 'Let phones in' }).waitFor();
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, 'door');
      await page.locator('button[type=submit]').click();
      await page.getByRole('button', { name: lang === 'fr' ? 'Téléphones' : 'Phones' }).click();
      await page.getByRole('button', { name: lang === 'fr' ? 'Admettre' : 'Let phones in' }).click();
      await page.locator('.letters').waitFor();
      await settle(page);
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
      if (process.env.CARNET_LOOK)
        await page.screenshot({ path: `${process.env.CARNET_LOOK}-${lang}-${theme}.png` });
      await page.getByRole('button', { name: lang === 'fr' ? 'Fermer à tous' : 'End for all' }).click();
      await page.getByRole('button', { name: lang === 'fr' ? 'Admettre' : 'Let phones in' }).waitFor();
    }
  }
  assert.deepEqual(troubles, []);
});
