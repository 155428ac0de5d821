// `npm run screenshots`: pictures of each view of the studio, filled, in both schemes, two widths and both languages.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { startEmbedded } from '../../src/cli/support/embedded.js';
import { userPath } from '../../src/terminal/file.js';
import { bytesText } from '../../src/terminal/text.js';
import { UserError } from '../../src/terminal/user-error.js';
import { startBrowser } from '../support/browser.js';
import { play, sceneRules } from './scene.js';

/** Where each view has something to show. */
const views = {
  uploads: '#/uploads',
  style: `#/style?${new URLSearchParams({
    bucket: 'photos',
    key: 'gallery/mountain-lake.jpg',
    style:
      'image/auto-orient,1/resize,w_900/watermark,text_wqkgMjAyNg,color_FFFFFF,g_se/rounded-corners,r_60/format,webp',
  })}`,
  rules: '#/rules',
  objects: '#/objects?bucket=photos-out',
  running: '#/running',
} as const;
type View = keyof typeof views;

interface Look {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly locale: 'en-US' | 'zh-CN';
}

const looks: readonly Look[] = [
  { name: 'light', scheme: 'light', width: 1280, locale: 'en-US' },
  { name: 'dark', scheme: 'dark', width: 1280, locale: 'en-US' },
  { name: 'phone', scheme: 'light', width: 390, locale: 'en-US' },
  { name: 'phone-dark', scheme: 'dark', width: 390, locale: 'en-US' },
  { name: 'zh', scheme: 'light', width: 1280, locale: 'zh-CN' },
];

/** For a README: bytes, and pixels of height beyond which nothing is shown. */
const largest = 150_000;
const tallest = 1_600;

const options = {
  out: { value: 'DIR', help: 'the folder for the pictures (default screenshots)' },
} as const;

export const command: Command<typeof options> = {
  name: 'screenshots',
  summary: 'Takes pictures of the studio: each view, light and dark, 1280 and 390 pixels wide, and in Chinese.',
  operands: ['[VIEW…]'],
  notes: `VIEW: ${Object.keys(views).join(', ')} (default: all). It needs Chromium on the PATH.`,
  options,
  async run({ flags, operands, out }) {
    const chosen = operands.length === 0 ? (Object.keys(views) as View[]) : operands.map(viewOf);
    const folder = userPath(flags.out ?? 'screenshots');
    const place = mkdtempSync(join(tmpdir(), 'autostyle-screenshots-'));
    const configFile = join(place, 'rules.json');
    writeFileSync(configFile, JSON.stringify(sceneRules));
    mkdirSync(folder, { recursive: true });
    const [browser, cloud] = await Promise.all([startBrowser(), startEmbedded({ configFile, studio: true })]);
    try {
      await play(cloud.url);
      await cloud.idle();
      for (const view of chosen) {
        for (const look of looks) {
          const picture = await small(await pictureOf(browser, `${cloud.url}/-/${views[view]}`, look));
          const file = join(folder, `${view}-${look.name}.png`);
          writeFileSync(file, picture);
          out(`${file}  ${bytesText(picture.length)}\n`);
        }
      }
      return 0;
    } finally {
      await browser.close();
      await cloud.close();
      rmSync(place, { recursive: true, force: true });
    }
  },
};

function viewOf(name: string): View {
  if (Object.hasOwn(views, name)) return name as View;
  throw new UserError(`'${name}' is no view: ${Object.keys(views).join(', ')}`, 2);
}

async function pictureOf(browser: Browser, address: string, { scheme, width, locale }: Look): Promise<Buffer> {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ locale, colorScheme: scheme, viewport });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    await page.waitForTimeout(1_500);
    const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
    await page.setViewportSize({ width, height: Math.min(height, tallest) });
    // Those further down are not asked for.
    const loading =
      '[...document.images].some((one) => !one.complete && one.getBoundingClientRect().top < innerHeight)';
    while (await page.evaluate(loading)) await page.waitForTimeout(200);
    return await page.screenshot();
  } finally {
    await context.close();
  }
}

/** With as many colours as there is room for. */
async function small(png: Buffer): Promise<Buffer> {
  for (const colours of [256, 128, 64, 32]) {
    const smaller = await sharp(png).png({ palette: true, colours, effort: 10 }).toBuffer();
    if (smaller.length < largest) return smaller;
  }
  return sharp(png).resize({ width: 800 }).png({ palette: true, colours: 32, effort: 10 }).toBuffer();
}

await runAsProcess(command, import.meta.url);
