// Keys, metadata, styles, log lines and journal records that someone has chosen to do harm: every view shows them as
// text, and what would hide or reorder text shows itself.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { localClient, photosAt } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { openStudio, startStudio } from '../../support/studio.js';

const attack = '<evil-tag onclick="hacked=1"></evil-tag><img src=x onerror="hacked=1"><script>hacked=1</script>';
const keys = [
  `avatars/${attack}.png`,
  'avatars/"\'><svg onload=hacked=1><evil-tag>.png',
  'avatars/javascript:hacked=1//.png',
  'avatars/\u202egnp.exe\u2066 \u0007\u001b[31m evil.png',
  'avatars/\u05d0\u05d1\u05d2 \u0627\u0644.png',
];

/** Of each view an address, with the attack in it where it holds a text. */
const bucket = 'bucket=photos';
const evil = encodeURIComponent(keys[0] ?? '');
const text = encodeURIComponent(attack);
const places = [
  '#/uploads',
  `#/uploads?${bucket}&key=${evil}`,
  `#/style?${bucket}&key=${evil}&style=${text}`,
  `#/rules?${bucket}&key=${evil}`,
  `#/objects?${bucket}&prefix=avatars/`,
  `#/objects?${bucket}&prefix=${text}&key=${evil}&after=${text}`,
  '#/running',
  `#/running?kind=${text}&text=evil-tag`,
  `#/${text}`,
];

describe.skipIf(noBrowser)(`hostile texts${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  beforeAll(async () => {
    [browser, cloud] = await Promise.all([startBrowser(), startStudio({ runTimers: false })]);
    const client = localClient(cloud.url, 'photos');
    const [logo] = await photosAt([['logo.png', 'logo.png']]);
    for (const key of keys) {
      const options = { meta: { evil: attack }, mime: 'text/html' };
      await client.put(key, logo?.photo.body ?? Buffer.alloc(0), options);
    }
    await client.put(`avatars/fails ${attack}.png`, Buffer.from(attack));
    await cloud.idle();
    const record = {
      version: 2,
      kind: attack,
      source: attack,
      rule: attack,
      style: attack,
      target: attack,
      error: { code: attack, message: `\u202e${attack}` },
      attempts: 1,
    };
    const journal = localClient(cloud.url, 'photos-journal');
    await journal.put('autostyle/failed/setup/-/evil.json', Buffer.from(JSON.stringify(record)));
    await journal.put(`autostyle/failed/permanent/${attack}/\u202e.json`, Buffer.from(attack));
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  it('are text everywhere', async () => {
    const { page, problems, close } = await openStudio(browser, cloud.url, { at: '#/running' });
    page.on('dialog', (dialog) => {
      problems.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const seen: string[] = [];
    for (const place of places) {
      await page.goto('about:blank');
      await page.goto(`${cloud.url}/-/${place}`);
      await page.getByText('connected').waitFor({ state: 'attached' });
      // A view that shows what has happened, or is stored, shows it soon.
      if (!place.startsWith('#/rules')) await page.getByText('evil-tag').first().waitFor();
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      const found = (await page.evaluate(`({
        hacked: typeof hacked,
        elements: [...document.querySelectorAll('evil-tag, #studio script, #studio svg[onload], #studio iframe')]
          .concat([...document.querySelectorAll('#studio *')].filter((one) => {
            return [...one.attributes].some(({ name, value }) => {
              return name.startsWith('on') || /^(?:src|href|action)$/.test(name) && /^(?:javascript:|x$)/.test(value);
            });
          })).map((one) => one.outerHTML),
        text: document.body.textContent,
      })`)) as { hacked: string; elements: string[]; text: string };
      expect({ place, hacked: found.hacked, elements: found.elements }).toEqual({
        place,
        hacked: 'undefined',
        elements: [],
      });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(found.text.match(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/g), place).toBeNull();
      seen.push(found.text);
    }
    // They were there to be seen: the attack, and what was hidden in a key.
    expect(seen.join('\n')).toContain('<script>hacked=1</script>');
    expect(seen.join('\n')).toContain('\\u202egnp.exe\\u2066');
    expect(problems.filter((problem) => !problem.startsWith('Failed to load resource'))).toEqual([]);
    await close();
  });
});
