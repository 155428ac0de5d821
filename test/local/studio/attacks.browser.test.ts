// The studio attacked from a real browser: by a page of another origin, by a page whose name was made to lead to this
// machine, and by objects, which share the studio's origin, opened as pages.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { localClient } from '../../../src/local/samples/objects.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { openStudio, startStudio } from '../../support/studio.js';
import { everyRoute } from './every-route.js';

/** HTML, and a script in it, whatever else the bytes are; the script is also that of an object. */
const html = '<script>document.title = "ran"</script><script src="/photos/evil.js"></script><p>text</p>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "ran"</script></svg>';
const xhtml = '<html xmlns="http://www.w3.org/1999/xhtml"><body><script>document.title="ran"</script></body></html>';
const xslt =
  '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="/photos/sheet.xsl"?><a xmlns="http://www.w3.org/1999/xhtml"/>';
const mhtml = `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`;

/** What an object is stored as, and its bytes. */
const documents: readonly (readonly [type: string, bytes: string])[] = [
  ['text/html', html],
  ['image/svg+xml', svg],
  ['application/xhtml+xml', xhtml],
  ['text/xml', xhtml],
  ['application/xml', xslt],
  ['text/xsl', xslt],
  ['multipart/related', mhtml],
  ['message/rfc822', mhtml],
  ['multipart/x-mixed-replace; boundary=b', `--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`],
  ['text/plain', html],
  ['image/png', html],
  ['application/json', html],
  ['text/javascript', html],
  ['application/pdf', html],
  ['application/octet-stream', html],
  ['unknown/unknown', html],
  ['image/png, text/html', html],
];

describe.skipIf(noBrowser)(`the studio is attacked${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let cloud: LocalCloud;
  let elsewhere: Server;
  let page: Page;
  let token: string;
  const foreign: string[] = [];
  beforeAll(async () => {
    elsewhere = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>elsewhere</title>');
    }).listen(0, '127.0.0.1');
    [browser, cloud] = await Promise.all([
      startBrowser(),
      startStudio({ runTimers: false, onForeign: (reason) => void foreign.push(reason) }),
      once(elsewhere, 'listening'),
    ]);
    const client = localClient(cloud.url, 'photos');
    await client.put('kept.jpg', Buffer.from('kept'));
    await client.put('evil.js', Buffer.from('document.title = "ran"'), { mime: 'text/javascript' });
    await client.put('sheet.xsl', Buffer.from(html), { mime: 'text/xsl' });
    const opened = await openStudio(browser, cloud.url, { at: '#/running' });
    page = opened.page;
    token = (await page.locator('meta[name=studio-token]').getAttribute('content')) ?? '';
  });
  afterAll(async () => {
    await browser?.close();
    elsewhere?.close();
    await cloud?.close();
  });

  /** The address that the studio's page would have for an object. */
  const signed = async (key: string, query: Record<string, string> = {}) => {
    const answer = await fetch(`${cloud.url}/-/api/sign`, {
      method: 'POST',
      headers: { 'x-studio-token': token },
      body: JSON.stringify({ method: 'GET', bucket: 'photos', key, query }),
    });
    const { url } = (await answer.json()) as { url: string };
    return cloud.url + url;
  };

  /** Opens an address in a tab of its own for the whole test. A download leaves there what was there before. */
  const openedAt = async (tab: Page, url: string) => {
    const failed = await tab.goto(url, { waitUntil: 'load' }).then(
      () => '',
      (error: Error) => error.message,
    );
    const found = (await tab.evaluate('({ origin, title: document.title })')) as { origin: string; title: string };
    return { ...found, downloaded: failed.includes('Download is starting') };
  };

  it('by objects that are opened as pages', async () => {
    const client = localClient(cloud.url, 'photos');
    const tab = await browser.newPage();
    const inline = { 'response-content-disposition': 'inline' };
    for (const [at, [type, bytes]] of documents.entries()) {
      await client.put(`documents/${at}`, Buffer.from(bytes), { headers: { 'Content-Type': type } });
      await client.put(`documents/plain/${at}`, Buffer.from(bytes), { headers: { 'Content-Type': 'image/png' } });
      const overridden = { ...inline, 'response-content-type': type };
      const stored = await signed(`documents/${at}`, inline);
      for (const url of at < 3 ? [stored, await signed(`documents/plain/${at}`, overridden)] : [stored]) {
        const { origin, title, downloaded } = await openedAt(tab, url);
        // A PDF is shown by the browser's own program; these bytes are none.
        const own = !downloaded && origin === cloud.url && type !== 'application/pdf';
        expect({ type, title: title === 'ran', own }).toEqual({ type, title: false, own: false });
        if (/html|xml|xsl|^multipart/.test(type)) expect({ type, downloaded }).toEqual({ type, downloaded: true });
      }
    }
    await tab.close();
  });

  it('by answers that repeat what was asked', async () => {
    const tab = await browser.newPage();
    const attack = '<script xmlns="http://www.w3.org/1999/xhtml">document.title = "ran"</script>';
    for (const url of [
      `${cloud.url}/photos/${encodeURIComponent(attack)}`,
      `${cloud.url}/?prefix=${encodeURIComponent(attack)}`,
      `${cloud.url}/photos/?prefix=${encodeURIComponent(attack)}`,
      `${cloud.url}/-/${encodeURIComponent(attack)}`,
      `${cloud.url}/-/api/${encodeURIComponent(attack)}`,
      `${cloud.url}/?Action=${encodeURIComponent(attack)}`,
      `${cloud.url}/2023-03-30/functions/${encodeURIComponent(attack)}/invocations`,
      await signed(attack),
      await signed('kept.jpg', { 'x-oss-process': attack }),
      await signed('kept.jpg', { 'x-oss-process': `style/${attack}` }),
    ]) {
      expect((await openedAt(tab, url)).title, url).not.toBe('ran');
    }
    await tab.close();
  });

  it('by markup in its own page: no object is taken for its script', async () => {
    const url = await signed('evil.js');
    const ran = await page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = ${JSON.stringify(url)};
      script.onload = () => resolve('loaded');
      script.onerror = () => resolve('refused');
      document.head.append(script);
    })`);
    expect(ran).toBe('refused');
  });

  it('by a page of another origin, on each route', async () => {
    const { port } = elsewhere.address() as AddressInfo;
    const client = localClient(cloud.url, 'photos');
    const state = async () => {
      const [{ objects = [] }, head] = [await client.listV2({ 'max-keys': '1000' }), await client.head('kept.jpg')];
      const headers = { 'x-studio-token': token };
      const rules = await (await fetch(`${cloud.url}/-/api/rules`, { headers })).json();
      return { keys: objects.map(({ name }) => name), etag: head.res.headers['etag'], rules };
    };
    const before = await state();
    const tab = await browser.newPage();
    for (const host of ['evil.example', 'localhost']) {
      await tab.goto(`http://${host}:${port}/`);
      foreign.length = 0;
      const read = await tab.evaluate(
        `(${attackFromPage})(${JSON.stringify({ url: cloud.url, token, routes: everyRoute })})`,
      );
      expect({ host, read }).toEqual({ host, read: [] });
      // They have come, and were refused.
      expect(foreign.length).toBeGreaterThan(everyRoute.length);
    }
    expect(await state()).toEqual(before);
    await tab.close();
  });

  it('by a page whose name was made to lead here', async () => {
    const tab = await browser.newPage();
    const address = `http://rebound.example:${cloud.port}`;
    const answers = await tab.goto(`${address}/-/`);
    expect(answers?.status()).toBe(403);
    for (const [line, body] of [...everyRoute, ['GET /-/', undefined], ['GET /photos/kept.jpg', undefined]] as const) {
      const [method = '', path = ''] = line.split(' ');
      const init = { method, headers: { 'x-studio-token': token }, ...(body !== undefined && { body }) };
      const status = await tab.evaluate(
        `fetch(${JSON.stringify(path)}, ${JSON.stringify(init)}).then((a) => a.status)`,
      );
      expect([line, status]).toEqual([line, 403]);
    }
    await tab.close();
  });
});

/** Runs in the page: tries all that a page can, and returns what it could read. */
const attackFromPage = `async ({ url, token, routes }) => {
  const read = [];
  const within = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, 2000))]);
  const element = (name, fields) => within(new Promise((resolve) => {
    const made = Object.assign(document.createElement(name), fields);
    made.onload = () => resolve(true);
    made.onerror = () => resolve(false);
    document.body.append(made);
  }));
  const files = [['GET /-/'], ['GET /-/studio.js'], ['GET /-/studio.css']];
  for (const [line, body] of [...routes, ...files]) {
    const [method, path] = line.split(' ');
    const tries = [
      { method, body, headers: { 'x-studio-token': token } },
      { method, body, headers: { 'content-type': 'text/plain' } },
      { method, body, credentials: 'include' },
    ];
    for (const init of tries) {
      await fetch(url + path, init).then(async (answer) => read.push([line, answer.status]), () => {});
    }
    await fetch(url + path, { method, body, mode: 'no-cors' }).catch(() => {});
    if (method === 'GET') {
      if (await element('script', { src: url + path })) read.push([line, 'script']);
      if (await element('img', { src: url + path })) read.push([line, 'img']);
    }
  }
  for (const path of ['/-/', '/-/api/rules']) {
    const frame = document.createElement('iframe');
    frame.src = url + path;
    await within(new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); }));
    if (frame.contentDocument?.title) read.push([path, frame.contentDocument.title]);
    frame.remove();
  }
  const socket = new WebSocket(url.replace('http', 'ws') + '/-/api/events');
  await within(new Promise((resolve) => {
    socket.onopen = () => { read.push('socket'); resolve(); };
    socket.onerror = resolve;
  }));
  for (const path of ['/-/api/tick', '/-/api/discard', '/-/api/journal']) {
    const frame = Object.assign(document.createElement('iframe'), { name: 'target' });
    document.body.append(frame);
    const form = Object.assign(document.createElement('form'), { action: url + path, method: 'POST', target: 'target', enctype: 'text/plain' });
    form.append(Object.assign(document.createElement('input'), { name: '{"text":"{}", "a":"', value: '"}' }));
    document.body.append(form);
    const loaded = within(new Promise((resolve) => { frame.onload = resolve; }));
    form.submit();
    await loaded;
    frame.remove();
  }
  const opened = open(url + '/-/');
  // The studio's page cuts itself off from who has opened it.
  while (!opened.closed) await new Promise((resolve) => setTimeout(resolve, 10));
  return read;
}`;
