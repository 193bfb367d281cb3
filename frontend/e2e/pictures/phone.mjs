/** The page of a volunteer's phone. */
import { join } from 'node:path';
import { folder, langs, picture, place, themes } from './camera.mjs';
import { doorFor, filming, filmOfBadge, pair, phoneAt, tapOn } from '../phones.mjs';
import { browser, carnet, settle } from '../window.mjs';

/** The page of a volunteer's phone: before a code, with letters, after a tap, with the camera, in a dead spot. @param {string} home */
export async function phones(home) {
  const { items } = await carnet(home, 'meeting', 'list', '--from', '2020-01-01', '--to', '2100-01-01');
  const forum = items.find((/** @type {any} */ one) => one.chapter && /Forum/.test(one.title)) ?? items[0];
  const people = (await carnet(home, 'member', 'list', '--chapter', forum.chapter, '--limit', '60')).items;
  const file = (/** @type {string} */ name) => join(place, name);
  const film = await filmOfBadge(home, forum.id, people[0].id, file);
  const door = await doorFor(home, forum.id, 'A');
  const camera = await browser(filming(film));
  let next = 0;
  const another = () => people[(next += 7)].family; // no two pictures of one person
  try {
    for (const lang of langs) {
      for (const theme of themes) {
        const phone = await phoneAt(camera, door.address, { lang, dark: theme === 'dark', camera: true });
        const { page, context } = phone;
        const shot = async (/** @type {string} */ name) => {
          await settle(page);
          await picture(page, join(folder, `phone-${name}-${theme}-${lang}.png`));
        };
        await page.locator('#code').waitFor();
        await shot('code');
        const used = door.code();
        await pair(page, used);
        await door.until((doc) => doc.code !== used);
        const family = another();
        await page.locator('[role=search] input').fill(family.slice(0, 2));
        await page.locator('li button').first().waitFor();
        await shot('letters');
        await tapOn(page, family);
        await page.locator('[data-tone]').waitFor();
        await shot('in');
        await page.locator('.more button').last().tap();
        await page.getByText(people[0].family).first().waitFor();
        await shot('camera');
        await page.locator('.more button').last().tap();
        await context.setOffline(true);
        await tapOn(page, another());
        await page.locator('[data-tone=kept]').waitFor();
        await shot('away');
        await phone.close();
      }
    }
  } finally {
    await camera.close();
    await door.stop();
  }
}
