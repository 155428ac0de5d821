// The page of the README in a real browser, as it is there, against `npm start`: what it shows is what was saved.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../src/deploy/library.js';
import { localClient } from '../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../support/browser.js';
import { seen, spawnCommand, urlOf } from '../support/run.js';

const pageFile = new URL('page.html', import.meta.url);

const widths = [320, 640, 1280];
const formats = ['avif', 'webp', 'jpg'];
const rules = {
  journal: 'throw',
  rules: [
    {
      name: 'pictures',
      when: { bucket: 'photos', prefix: 'pictures/', suffix: ['.jpg'], size: { max: 20_000_000 } },
      outputs: formats.flatMap((format) =>
        widths.map((width) => ({
          style: `image/resize,w_${width}/format,${format}`,
          to: { bucket: 'photos-out', key: `{dir}{name}+${width}.${format}` },
        })),
      ),
    },
  ],
};

describe.skipIf(noBrowser)(`in a browser${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let site: Server;
  let folder = '';
  let oss: ReturnType<typeof spawnCommand>;
  let endpoint = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    await buildLibrary(folder);
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
    oss = spawnCommand('start', ['--port', '0', '--no-sample', '--config', join(folder, 'rules.json')]);
    endpoint = urlOf(await seen(oss, /buckets .*\n/));
    const page = readFileSync(pageFile, 'utf8').replace('http://127.0.0.1:9000', endpoint);
    const types: Record<string, string> = { json: 'application/json', mjs: 'text/javascript', html: 'text/html' };
    site = createServer(({ url = '' }, response) => {
      const name = url === '/' ? 'page.html' : url.slice(1);
      response.setHeader('Content-Type', types[name.split('.').at(-1) ?? ''] ?? 'text/plain');
      try {
        response.end(name === 'page.html' ? page : readFileSync(join(folder, name)));
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    browser = await startBrowser();

    const photo = sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#369' } }).jpeg();
    const saved = seen(oss, new RegExp(`${formats.length * widths.length} saved`));
    await localClient(endpoint, 'photos').put('pictures/lake.jpg', await photo.toBuffer());
    await saved;
    // Derivatives that pages show are public, or behind a CDN that may read them.
    await localClient(endpoint, 'photos-out').putBucketACL('photos-out', 'public-read');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    site?.closeAllConnections();
    oss?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** What the page shows in a window of this width, and how large that file is. */
  async function shown(width: number, without: readonly string[] = []) {
    const page = await browser.newPage({ viewport: { width, height: 600 }, deviceScaleFactor: 1 });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    // As a browser that does not know a type: it takes no source of it.
    await page.addInitScript(`
      const { append } = Element.prototype;
      const isTaken = ({ type }) => !${JSON.stringify(without)}.includes(type);
      Element.prototype.append = function (...nodes) {
        append.apply(this, nodes.filter(isTaken));
      };
    `);
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForSelector('picture img');
    const found: unknown = await page.evaluate(`(async () => {
      const image = document.querySelector('img');
      await image.decode();
      // Alone, it has the size of the file; in a srcset, that of its place.
      const alone = Object.assign(new Image(), { src: image.currentSrc });
      await alone.decode();
      return { url: image.currentSrc, width: alone.naturalWidth, height: alone.naturalHeight };
    })()`);
    await page.close();
    expect(errors).toEqual([]);
    return found;
  }

  const file = (width: number, format: string) => ({
    url: `${endpoint}/photos-out/pictures/lake%2B${width}.${format}`,
    width,
    height: width * 0.75,
  });

  it('shows the smallest type that the browser knows, as wide as the window needs it', async () => {
    expect(await shown(300)).toEqual(file(320, 'avif'));
    expect(await shown(600)).toEqual(file(640, 'avif'));
    expect(await shown(1200)).toEqual(file(1280, 'avif'));
  });

  it('shows WebP where AVIF is not known, and JPEG where neither is', async () => {
    expect(await shown(600, ['image/avif'])).toEqual(file(640, 'webp'));
    expect(await shown(600, ['image/avif', 'image/webp'])).toEqual(file(640, 'jpg'));
    expect(await shown(600, ['image/avif', 'image/webp', 'image/jpeg'])).toEqual(file(1280, 'jpg'));
  });
});
