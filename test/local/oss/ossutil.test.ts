// The requests of ossutil 1.7.19 as it sends them with V4 (recorded from it, November 2026), sent again: same methods,
// targets and headers, signed anew over the Date header, which it sends instead of x-oss-date.
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { accessKey, startOss } from './fixture.js';

interface Sent {
  method: string;
  target: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

const userAgent = 'aliyun-sdk-go/v3.0.2 (Linux/6.1/x86_64;go1.19.8)/ossutil-v1.7.19';
const gzip = { 'Accept-Encoding': 'gzip' };

/** The Authorization header of a request whose time is only in `date`, as its Date header spells it. */
function authorization({ method, target, headers = {} }: Sent, date: string): string {
  const day = new Date(date).toISOString().slice(0, 10).replaceAll('-', '');
  const [path = '', query = ''] = target.split('?');
  const signed = Object.entries({ ...headers, 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' })
    .map(([name, value]) => [name.toLowerCase(), value])
    .filter(([name = '']) => /^(?:content-type|content-md5|x-oss-.*)$/.test(name))
    .sort()
    .map(([name, value]) => `${name}:${value}\n`);
  const uri = path.replaceAll('%2F', '/');
  const canonical = [method, uri, query.split('&').sort().join('&'), signed.join(''), '', 'UNSIGNED-PAYLOAD'];
  const hash = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const scope = [day, 'cn-hangzhou', 'oss', 'aliyun_v4_request'];
  const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.reduce<Buffer | string>(hmac, `aliyun_v4${accessKey.accessKeySecret}`);
  const text = ['OSS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n');
  const credential = `${accessKey.accessKeyId}/${scope.join('/')}`;
  return `OSS4-HMAC-SHA256 Credential=${credential},Signature=${hmac(key, text).toString('hex')}`;
}

async function ossutil() {
  const { port } = await startOss();
  return async (sent: Sent): Promise<{ status: number; headers: Record<string, unknown>; text: string }> => {
    const { method, target, headers, body } = sent;
    const date = new Date().toUTCString();
    const all = {
      'User-Agent': userAgent,
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
      Authorization: authorization(sent, date),
      ...headers,
      Date: date,
      'X-Oss-Content-Sha256': 'UNSIGNED-PAYLOAD',
    };
    const options = { host: '127.0.0.1', port, method, path: target, headers: all, agent: false };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      outgoing.on('error', reject).end(body);
    });
  };
}

type Send = Awaited<ReturnType<typeof ossutil>>;

const mb = (send: Send) =>
  send({
    method: 'PUT',
    target: '/recorded/',
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...gzip },
    body: '<CreateBucketConfiguration><StorageClass>Standard</StorageClass></CreateBucketConfiguration>',
  });

const put = (send: Send, target: string, body: string) =>
  send({ method: 'PUT', target, headers: { 'Content-Type': 'text/plain', ...gzip }, body });

describe('ossutil', () => {
  it('signs as this test does', () => {
    // Authorization headers that ossutil has sent.
    const credential = 'OSS4-HMAC-SHA256 Credential=autostyle/20261129/cn-hangzhou/oss/aliyun_v4_request';
    expect(authorization({ method: 'GET', target: '/?marker&prefix' }, 'Sun, 29 Nov 2026 01:58:08 GMT')).toBe(
      `${credential},Signature=b12ffc807947cbf8edc608ffeec6fdd29007e7a721934a4b4da462aa258cbf9c`,
    );
    expect(
      authorization(
        {
          method: 'POST',
          target: '/recorded/?delete&encoding-type=url',
          headers: { 'Content-Md5': 'B3r+HaLB6U5jGZLpeJQd9g==', 'Content-Type': 'application/xml' },
        },
        'Sun, 29 Nov 2026 01:58:12 GMT',
      ),
    ).toBe(`${credential},Signature=702a96fd5131b9eb5cf33e0557ba020eca3849b86e3e261d345b9cdd08601037`);
    const slash = { method: 'PUT', target: '/recorded/t%2Fb.txt', headers: { 'Content-Type': 'text/plain' } };
    expect(authorization(slash, 'Sun, 29 Nov 2026 01:58:13 GMT')).toBe(
      `${credential},Signature=3a5857eba5a91dc41cdff903ed339e6fa76e95ed34d623511dd8433064c92360`,
    );
  });

  it('makes a bucket and lists', async () => {
    const send = await ossutil();
    expect((await mb(send)).status).toBe(200);
    await put(send, '/recorded/t%2Fb.txt', 'b\n');
    const buckets = await send({ method: 'GET', target: '/?marker&prefix', headers: gzip });
    expect(buckets.text).toContain('<Name>recorded</Name>');
    const target = '/recorded/?delimiter&encoding-type=url&marker&max-keys=1000&prefix';
    const objects = await send({ method: 'GET', target, headers: gzip });
    expect(objects.text).toContain('<EncodingType>url</EncodingType>');
    expect(objects.text).toMatch(/<Key>t(?:\/|%2F)b\.txt<\/Key>/);
  });

  it('copies a small file both ways, after a look', async () => {
    const send = await ossutil();
    await mb(send);
    expect((await send({ method: 'HEAD', target: '/recorded/small.txt?objectMeta' })).status).toBe(404);
    const stored = await put(send, '/recorded/small.txt', 'small text\n');
    expect(stored.status).toBe(200);
    const head = await send({ method: 'HEAD', target: '/recorded/small.txt' });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '11' } });
    const got = await send({ method: 'GET', target: '/recorded/small.txt', headers: gzip });
    expect(got.status).toBe(200);
    // It compares this number with that of what it has read.
    expect(got.headers['x-oss-hash-crc64ecma']).toBe(stored.headers['x-oss-hash-crc64ecma']);
  });

  it('copies a large file both ways, in parts', async () => {
    const send = await ossutil();
    await mb(send);
    const type = { 'Content-Type': 'application/octet-stream' };
    const started = await send({
      method: 'POST',
      target: '/recorded/large.bin?uploads',
      headers: { ...type, ...gzip },
      body: '',
    });
    const id = /<UploadId>(\w+)</.exec(started.text)?.[1];
    const parts = [Buffer.alloc(300_000, 'a'), Buffer.alloc(300_000, 'b'), Buffer.alloc(1000, 'c')];
    let list = '';
    for (const [index, body] of parts.entries()) {
      const target = `/recorded/large.bin?partNumber=${index + 1}&uploadId=${id}`;
      const { status, headers } = await send({ method: 'PUT', target, headers: gzip, body });
      expect(status).toBe(200);
      const etag = String(headers['etag']).replaceAll('"', '&#34;');
      list += `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`;
    }
    const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
    const target = `/recorded/large.bin?uploadId=${id}`;
    expect((await send({ method: 'POST', target, headers: gzip, body })).status).toBe(200);
    const head = await send({ method: 'HEAD', target: '/recorded/large.bin' });
    expect(head.headers['content-length']).toBe('601000');
    let read = '';
    for (const range of ['bytes=0-299999', 'bytes=300000-599999', 'bytes=600000-600999']) {
      const part = await send({ method: 'GET', target: '/recorded/large.bin', headers: { Range: range } });
      expect(part.status).toBe(206);
      read += part.text;
    }
    expect(read === Buffer.concat(parts).toString()).toBe(true);
  });

  it('shows what an object is', async () => {
    const send = await ossutil();
    await mb(send);
    await put(send, '/recorded/small.txt', 'small text\n');
    const acl = await send({ method: 'GET', target: '/recorded/small.txt?acl', headers: gzip });
    expect(acl.text).toContain('<Grant>default</Grant>');
    const head = await send({ method: 'HEAD', target: '/recorded/small.txt' });
    expect(head.headers).toMatchObject({ 'content-type': 'text/plain', 'x-oss-storage-class': 'Standard' });
  });

  it('removes an object, and all of them', async () => {
    const send = await ossutil();
    await mb(send);
    await put(send, '/recorded/small.txt', 'small text\n');
    await put(send, '/recorded/large.bin', 'large');
    expect((await send({ method: 'HEAD', target: '/recorded/small.txt?objectMeta' })).status).toBe(200);
    expect((await send({ method: 'DELETE', target: '/recorded/small.txt', headers: gzip })).status).toBe(204);
    const target = '/recorded/?encoding-type=url&marker&max-keys=1000&prefix';
    expect((await send({ method: 'GET', target, headers: gzip })).text).toContain('<Key>large.bin</Key>');
    const body = '<Delete><Quiet>true</Quiet><Object><Key>large.bin</Key></Object></Delete>';
    const md5 = { 'Content-Md5': 'B3r+HaLB6U5jGZLpeJQd9g==', 'Content-Type': 'application/xml', ...gzip };
    const removed = await send({ method: 'POST', target: '/recorded/?delete&encoding-type=url', headers: md5, body });
    expect(removed.status).toBe(200);
    expect((await send({ method: 'GET', target, headers: gzip })).text).not.toContain('<Key>');
  });
});
