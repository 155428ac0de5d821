// Which objects a browser downloads instead of opening them.
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { withForcedDownload } from '../../../../src/local/oss/answer/force-download.js';
import { startOss } from '../fixture.js';

const guards = { 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' };

describe('by Content-Type', () => {
  it.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    ' text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/xml;a=b',
    'application/rss+xml',
    'text/xsl',
    'multipart/x-mixed-replace; boundary=a',
    'unknown/unknown',
    'application/unknown',
    '*/*',
    'html',
    '',
    'image/png, text/html',
    'text/plain;a=b,text/html',
    'image/png;x, text/html',
    'text/css;,text/html;',
    'text/plain; a="b,text/html',
  ])('"%s" is downloaded', (type) => {
    const { headers } = withForcedDownload({ status: 200, headers: { 'content-type': type } });
    expect(headers).toEqual({
      'content-type': type,
      ...guards,
      'content-disposition': 'attachment',
      'x-oss-force-download': 'true',
    });
  });

  it.each([
    'image/jpeg',
    'image/vnd.microsoft.icon',
    'application/octet-stream',
    'application/pdf',
    'application/json; charset=utf-8',
    'text/plain',
    'text/css',
    'text/javascript',
    'video/mp4',
  ])('"%s" is shown', (type) => {
    const { headers } = withForcedDownload({ status: 200, headers: { 'Content-Type': type } });
    const { 'content-security-policy': _, ...asTyped } = guards;
    expect(headers).toEqual({ 'content-type': type, ...(type === 'application/pdf' ? asTyped : guards) });
  });

  it('is that which is sent, when there are two spellings of it', () => {
    const headers = { 'Content-Type': 'application/json', 'content-type': 'text/html' };
    expect(withForcedDownload({ status: 200, headers }).headers).toMatchObject({ 'x-oss-force-download': 'true' });
  });
});

test.each([
  ['attachment', 'attachment'],
  ['attachment; filename="a.html"', 'attachment; filename="a.html"'],
  ['inline', 'attachment'],
  ['attachments', 'attachment'],
])('Content-Disposition %s becomes %s', (given, expected) => {
  const headers = { 'Content-Type': 'text/html', 'content-disposition': given };
  const { headers: sent = {} } = withForcedDownload({ status: 200, headers });
  const found = Object.entries(sent).filter(([name]) => name.toLowerCase() === 'content-disposition');
  expect(found.map(([, value]) => value)).toEqual([expected]);
});

test('what is processed is downloaded too, when the request makes it a page', async () => {
  const { client, wire } = await startOss();
  const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).jpeg();
  await client().put('k', await picture.toBuffer());
  for (const process of ['image/info', 'image/format,png']) {
    const queries = { 'x-oss-process': process, 'response-content-type': 'text/html' };
    const answer = await wire({ path: `/photos/k?${new URLSearchParams(queries)}`, key: 'k', queries });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': 'attachment',
      'x-oss-force-download': 'true',
    });
  }
});

test('GET and HEAD of a page, a part of it, and what is made a page by the request', async () => {
  const { client, wire } = await startOss();
  await client().put('page', Buffer.from('<script>alert(1)</script>'), { mime: 'text/html' });
  await client().put('text', Buffer.from('<script>alert(1)</script>'), { mime: 'text/plain' });
  const query = { 'response-content-type': 'text/html', 'response-content-disposition': 'inline' };
  const forced = [
    await wire({ path: '/photos/page', key: 'page' }),
    await wire({ method: 'HEAD', path: '/photos/page', key: 'page' }),
    await wire({ path: '/photos/page', key: 'page', headers: { range: 'bytes=0-8' } }),
    await wire({ path: `/photos/text?${new URLSearchParams(query)}`, key: 'text', queries: query }),
  ];
  expect(forced.map(({ status }) => status)).toEqual([200, 200, 206, 200]);
  for (const { headers } of forced) {
    expect(headers).toMatchObject({ 'content-disposition': 'attachment', 'x-oss-force-download': 'true' });
  }
  const shown = await wire({ path: '/photos/text', key: 'text' });
  expect(shown.headers).not.toHaveProperty('content-disposition');
  expect(shown.headers).not.toHaveProperty('x-oss-force-download');
  for (const { headers } of [...forced, shown]) expect(headers).toMatchObject(guards);
});
