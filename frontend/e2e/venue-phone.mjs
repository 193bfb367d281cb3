/**
 * A volunteer's phone of build/venue: Chromium in the size of one, in a network of its own. It is paired, and taps on one name after the other as told,
 * with the laptop in reach or not. What it was told to note, and under which names it sent that, are its last line.
 */
import { chromium } from 'playwright-core';
import { pair, phoneAt } from './phones.mjs';

/** @type {{ browser: string, address: string, code: string, name: string, pace: number, people: string[] }} */
const told = JSON.parse(process.argv[2] ?? '{}');
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const chrome = await chromium.launch({
  executablePath: told.browser,
  args: [...flags, '--disable-component-update', '--disable-sync'],
});
const { page, troubles } = await phoneAt(chrome, told.address);
const nonces = new Set();
page.on('request', (request) => {
  if (!request.url().endsWith('/api/passes')) return;
  for (const pass of request.postDataJSON().passes) nonces.add(pass.nonce);
});
await pair(page, told.code, told.name);
console.log(JSON.stringify({ paired: true }));
const field = page.locator('[role=search] input');
const waits = async () => Number(await page.locator('[data-waiting]').getAttribute('data-waiting'));
let taps = 0;
for (const name of told.people) {
  await field.fill(name);
  await page
    .getByRole('button', { name: new RegExp(name) })
    .first()
    .tap();
  taps++;
  await page.locator('[data-tone]').getByText(name).first().waitFor();
  console.log(JSON.stringify({ taps, waiting: await waits() }));
  await page.waitForTimeout(told.pace);
}
for (const began = Date.now(); (await waits()) > 0 && Date.now() - began < 120_000;)
  await page.waitForTimeout(200);
console.log(JSON.stringify({ done: true, taps, waiting: await waits(), nonces: [...nonces], troubles }));
await chrome.close();
