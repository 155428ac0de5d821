// A real browser: pages of other origins upload to the embedded OSS as CORS rules allow, and the function makes its
// derivatives; pages of strangers get nothing done, whatever they send.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import OSS, { type Client } from 'ali-oss';
import STS from 'ali-oss/lib/sts.js';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { functionName, type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { noBrowser, startBrowser } from '../support/browser.js';
import { shippedConfig, shippedFunction } from '../support/shipped.js';
import { signedFields } from './oss/form/signed-form.js';
import { rpcParameters, signedRpc } from './sts/client.js';

const sdk = readFileSync(createRequire(import.meta.url).resolve('ali-oss/dist/aliyun-oss-sdk.js'));
const role = `acs:ram::${localAccount.accountId}:role/page`;
const uploading = { Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:photos/avatars/*' };

/** What the page holds once the browser build of ali-oss is loaded. */
interface InPage {
  OSS: new (
    options: object,
  ) => {
    multipartUpload(key: string, file: Blob, options: object): Promise<{ res: { status: number } }>;
  };
}

describe.skipIf(noBrowser)(`in a browser${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let page: Page;
  let cloud: LocalCloud;
  let pages: Server;
  let photo: Buffer;
  let invocations: number;

  beforeAll(async () => {
    const canvas = sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } });
    // What follows the picture is ignored, and makes several parts of it.
    photo = Buffer.concat([await canvas.jpeg().toBuffer(), Buffer.alloc(250_000)]);
    pages = createServer((request, response) => {
      const script = request.url === '/sdk.js';
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
      response.end(script ? sdk : '<!doctype html><title>a page</title>');
    }).listen(0, '127.0.0.1');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    pages.close();
    pages.closeAllConnections();
  });

  beforeEach(async () => {
    invocations = 0;
    cloud = await startLocalCloud({
      codeDir: shippedFunction().codeDir,
      config: loadConfig(shippedConfig, {}),
      onInvocation: () => {
        invocations += 1;
      },
    });
    await client('photos').put('kept.jpg', photo);
    page = await browser.newPage();
    page.setDefaultTimeout(0);
  });
  afterEach(async () => {
    await page?.close();
    await cloud?.close();
  });

  const client = (bucket: string): Client => localClient(cloud.url, bucket);
  const keys = async (bucket: string) => ((await client(bucket).list({})).objects ?? []).map(({ name }) => name);
  const pageAt = (host: string) => `http://${host}:${(pages.address() as AddressInfo).port}/`;
  /** Where a page reaches photos: a browser knows all names below localhost, which Node.js may not. */
  const options = () => ({
    ...localAccount,
    region: `oss-${localAccount.region}`,
    endpoint: `http://localhost:${cloud.port}`,
    authorizationV4: true,
    bucket: 'photos',
  });
  const presigned = (method: string, key: string, headers: Record<string, string> = {}) =>
    new OSS(options()).signatureUrlV4(method, 600, { headers }, key);

  /** `fetch` in the page; PUT sends the photo. `refused`: the browser does not let the page see an answer. */
  async function fetchInPage(url: string, method: string, { headers = {}, mode = 'cors' }: FetchOptions = {}) {
    const body = method === 'PUT' ? photo.toString('base64') : method === 'POST' ? btoa('{}') : undefined;
    return await page.evaluate(
      async ([url, method, headers, mode, body]) => {
        const bytes = body === undefined ? null : Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
        try {
          const answer = await fetch(url, { method, headers, mode, body: bytes });
          const shown = (name: string) => answer.headers.get(name) ?? undefined;
          return {
            status: answer.status,
            text: await answer.text(),
            etag: shown('etag'),
            id: shown('x-oss-request-id'),
          };
        } catch (error) {
          return { refused: String(error) };
        }
      },
      [url, method, headers, mode, body] as const,
    );
  }

  /** Fills in and sends a form with a signed policy; the answer to it. */
  async function postForm(action: string, key: string, redirect?: string) {
    const fields = {
      ...signedFields([{ bucket: 'photos' }]),
      key,
      ...(redirect !== undefined && { success_action_redirect: redirect }),
    };
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    const file = '<input type="file" name="file"><button>send</button>';
    await page.setContent(
      `<form method="post" enctype="multipart/form-data" action="${action}">${inputs.join('')}${file}</form>`,
    );
    await page.setInputFiles('input[type=file]', { name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo });
    const [answer] = await Promise.all([page.waitForResponse(action), page.click('button')]);
    await page.waitForLoadState();
    return answer;
  }

  /** A multipart upload with the browser build of ali-oss and temporary keys; the status, or what ali-oss says. */
  async function uploadInParts(key: string): Promise<number | string> {
    const { accessKeyId, accessKeySecret } = localAccount;
    const sts = new STS({ accessKeyId, accessKeySecret, endpoint: cloud.url });
    const { credentials } = await sts.assumeRole(role, { Version: '1', Statement: [uploading] }, 900, 'page');
    const temporary = {
      accessKeyId: credentials.AccessKeyId,
      accessKeySecret: credentials.AccessKeySecret,
      stsToken: credentials.SecurityToken,
    };
    await page.addScriptTag({ url: '/sdk.js' });
    return await page.evaluate(
      async ([options, key, body]) => {
        const store = new (globalThis as unknown as InPage).OSS({ ...options, refreshSTSToken: async () => options });
        const file = new Blob([Uint8Array.from(atob(body), (c) => c.charCodeAt(0))]);
        try {
          return (await store.multipartUpload(key, file, { partSize: 102_400, parallel: 2, mime: 'image/jpeg' })).res
            .status;
        } catch (error) {
          return String(error);
        }
      },
      [{ ...options(), ...temporary }, key, photo.toString('base64')] as const,
    );
  }

  it.each(['localhost', '127.0.0.1'])(
    'a page at %s uploads in every way, and each upload is processed',
    async (host) => {
      await page.goto(pageAt(host));
      const put = await fetchInPage(
        await presigned('PUT', 'avatars/put.jpg', { 'Content-Type': 'image/jpeg', 'x-oss-meta-by': 'page' }),
        'PUT',
        { headers: { 'Content-Type': 'image/jpeg', 'x-oss-meta-by': 'page' } },
      );
      expect(put).toMatchObject({
        status: 200,
        etag: expect.stringMatching(/^"[0-9A-F]{32}"$/),
        id: expect.stringMatching(/^[0-9A-F]{24}$/),
      });
      expect(await uploadInParts('avatars/parts.jpg')).toBe(200);
      for (const [url, code] of [
        [await presigned('GET', 'gone.jpg'), 'NoSuchKey'],
        [(await presigned('GET', 'kept.jpg')).replace(/x-oss-signature=./, '$&0'), 'SignatureDoesNotMatch'],
        [`${cloud.url}/photos/kept.jpg`, 'AccessDenied'],
      ] as const) {
        expect(await fetchInPage(url, 'GET')).toMatchObject({ text: expect.stringContaining(`<Code>${code}</Code>`) });
      }
      const image = await presigned('GET', 'kept.jpg');
      const [shown] = await Promise.all([page.waitForResponse(image), page.setContent(`<img src="${image}">`)]);
      expect(shown.status()).toBe(200);
      const posted = await postForm(`${cloud.url}/photos`, 'avatars/form.jpg', `${pageAt(host)}done`);
      expect([posted.status(), page.url()]).toEqual([
        303,
        expect.stringContaining('/done?bucket=photos&key=avatars%2Fform.jpg'),
      ]);
      await cloud.idle();
      const derivatives = ['form', 'parts', 'put'].flatMap((name) => [
        `avatars/${name}.jpg.128.webp`,
        `square/avatars/${name}.jpg`,
      ]);
      expect(await keys('photos-out')).toEqual(derivatives.sort());
    },
  );

  it('the rules that someone sets decide from then on', async () => {
    await client('photos').putBucketCORS('photos', [
      { allowedOrigin: pageAt('friend.example').slice(0, -1), allowedMethod: 'PUT', allowedHeader: '*' },
    ]);
    await page.goto(pageAt('friend.example'));
    expect(await fetchInPage(await presigned('PUT', 'friend.jpg'), 'PUT')).toMatchObject({ status: 200 });
    expect(await fetchInPage(await presigned('GET', 'kept.jpg'), 'GET')).toHaveProperty('refused');
    await page.goto(pageAt('localhost'));
    expect(await fetchInPage(await presigned('PUT', 'local.jpg'), 'PUT')).toHaveProperty('refused');
    expect(await keys('photos')).toEqual(['friend.jpg', 'kept.jpg']);
  });

  const invoke = () => `${cloud.url}/2023-03-30/functions/${functionName}/invocations`;
  const assumeRole = () => signedRpc('GET', rpcParameters(Date.now(), { RoleArn: role }));
  const nothingDone = async () => {
    await cloud.idle();
    expect(await keys('photos')).toEqual(['kept.jpg']);
    expect((await client('photos').get('kept.jpg')).content.equals(photo)).toBe(true);
    expect(await keys('photos-out')).toEqual([]);
    expect((await client('photos').listUploads({})).uploads).toEqual([]);
    expect((await client('photos').listBuckets({})).buckets?.map(({ name }) => name)).not.toContain('fresh-one');
    expect(invocations).toBe(0);
  };

  it('a page that no rule allows gets nothing done', async () => {
    await page.goto(pageAt('evil.example'));
    for (const [url, method] of [
      [await presigned('PUT', 'avatars/evil.jpg'), 'PUT'],
      [await presigned('GET', 'kept.jpg'), 'GET'],
      [await presigned('DELETE', 'kept.jpg'), 'DELETE'],
      [`${cloud.url}/photos?delete`, 'POST'],
      [`${cloud.url}/photos`, 'POST'],
      [`${cloud.url}/fresh-one`, 'PUT'],
      [`${cloud.url}/`, 'GET'],
      [`${cloud.url}/`, 'POST'],
      [`${cloud.url}/?${assumeRole()}`, 'GET'],
      [invoke(), 'POST'],
    ] as const) {
      expect(await fetchInPage(url, method)).toHaveProperty('refused');
      const headers = { Authorization: 'FC autostyle:x', 'x-fc-invocation-type': 'Async' };
      expect(await fetchInPage(url, method, { headers })).toHaveProperty('refused');
      // Sent without asking; the page sees nothing of the answer.
      if (method !== 'PUT' && method !== 'DELETE') {
        const answered = page.waitForResponse(url);
        expect(await fetchInPage(url, method, { mode: 'no-cors' })).toMatchObject({ status: 0, text: '' });
        expect((await answered).status()).toBe(403);
      }
    }
    expect(await uploadInParts('avatars/evil.jpg')).not.toBe(200);
    const image = await presigned('GET', 'kept.jpg');
    const failed = page.waitForEvent('requestfailed', (one) => one.url() === image);
    await page.setContent(`<img src="${image}">`);
    // The browser does not hand an answer that is no picture to an image.
    expect((await failed).failure()?.errorText).toBe('net::ERR_BLOCKED_BY_ORB');
    const posted = await postForm(`${cloud.url}/photos`, 'avatars/evil.jpg');
    expect([posted.status(), await posted.text()]).toEqual([403, expect.stringContaining('AccessForbidden')]);
    await nothingDone();
  });

  it('nor does a page whose own name leads here', async () => {
    const own = `http://rebound.example:${cloud.port}`;
    const local = async (method: string, key: string) => {
      const { pathname, search } = new URL(await presigned(method, key));
      return `${own}/photos${pathname}${search}`;
    };
    const opened = await page.goto(await local('GET', 'kept.jpg'));
    expect([opened?.status(), await opened?.text()]).toEqual([403, expect.stringContaining('rebound.example')]);
    for (const [url, method] of [
      [await local('GET', 'kept.jpg'), 'GET'],
      [await local('PUT', 'avatars/evil.jpg'), 'PUT'],
      [await local('DELETE', 'kept.jpg'), 'DELETE'],
      [`${own}/photos`, 'POST'],
      [`${own}/`, 'GET'],
      [`${own}/`, 'POST'],
      [`${own}/?${assumeRole()}`, 'GET'],
      [invoke().replace(cloud.url, own), 'POST'],
    ] as const) {
      expect(await fetchInPage(url, method)).toMatchObject({
        status: 403,
        text: expect.stringContaining('AccessForbidden'),
      });
    }
    await nothingDone();
  });

  it('a page of the same origin works; an object does not become one', async () => {
    await page.goto(`${cloud.url}/`);
    const { pathname, search } = new URL(await presigned('PUT', 'avatars/own.jpg'));
    expect(await fetchInPage(`/photos${pathname}${search}`, 'PUT')).toMatchObject({ status: 200 });
    await client('photos').put('page.html', Buffer.from('<script>document.title = "ran"</script>'), {
      mime: 'text/html',
    });
    const url = await presigned('GET', 'page.html');
    const [download] = await Promise.all([page.waitForEvent('download'), page.goto(url).catch(() => undefined)]);
    expect([download.suggestedFilename(), await page.title()]).toEqual(['page.html', '']);
  });
});

interface FetchOptions {
  headers?: Record<string, string>;
  mode?: 'cors' | 'no-cors';
}
