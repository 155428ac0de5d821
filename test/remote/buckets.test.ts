// What OSS says of buckets, on the embedded OSS; and answers that only the live service gives.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { type Buckets, createBuckets } from '../../src/remote/buckets.js';
import { accessKey, startOss } from '../local/oss/fixture.js';

function at(port: number, over: Partial<Parameters<typeof createBuckets>[0]> = {}): Buckets {
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` });
  return createBuckets({ endpoint, region: 'cn-hangzhou', credentials: accessKey, connection, ...over });
}

async function answering(status: number, body: string): Promise<Buckets> {
  const server = createServer((_, res) => {
    res.writeHead(status, { 'content-type': 'application/xml' });
    res.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return at((server.address() as AddressInfo).port);
}

describe('buckets', () => {
  it('are there, in their region, with their styles', async () => {
    const oss = await startOss();
    const buckets = at(oss.port);
    expect(await buckets.region('photos')).toBe('cn-hangzhou');
    expect(await buckets.region('nowhere')).toBeUndefined();
    const body = '<Style><Content>image/flip,1</Content></Style>';
    const queries = { style: null, styleName: 'turned' };
    expect((await oss.wire({ method: 'PUT', path: '/photos?style&styleName=turned', queries, body })).status).toBe(200);
    expect([await buckets.hasStyle('photos', 'turned'), await buckets.hasStyle('photos', 'other')]).toEqual([
      true,
      false,
    ]);
    await expect(buckets.hasStyle('nowhere', 'turned')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    const guessed = { ...accessKey, accessKeySecret: 'a-guessed-secret' };
    await expect(at(oss.port, { credentials: guessed }).region('photos')).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: expect.not.stringContaining('a-guessed-secret'),
    });
  });

  it('of another region are told by the endpoint that OSS names', async () => {
    const elsewhere = await answering(
      403,
      '<Error><Code>AccessDenied</Code><Message>The bucket you are attempting to access must be addressed using the ' +
        'specified endpoint.</Message><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>',
    );
    expect(await elsewhere.region('photos')).toBe('cn-beijing');
    const denied = await answering(403, '<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    await expect(denied.region('photos')).rejects.toMatchObject({ code: 'AccessDenied' });
    const vague = await answering(200, '<html>hello</html>');
    await expect(vague.region('photos')).rejects.toMatchObject({ code: 'UnexpectedResponse' });
  });
});
