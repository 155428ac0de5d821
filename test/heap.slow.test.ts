// The heap of an instance stays flat: the built function in a process of its own, against an OSS in this one.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { shippedFunction } from './support/shipped.js';

const events = 20_000;

/** What runs in the instance's place: events in batches, and the heap after collection at each quarter. */
const instance = `
  process.stdout.write = () => true;
  const { handler, initialize } = require(process.env.CODE_DIR + '/index.js');
  const total = Number(process.env.TOTAL);
  const batch = 50;
  const record = (n) => ({
    eventName: n % 7 === 0 ? 'ObjectRemoved:DeleteObject' : 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: '2026-11-22T08:30:00.000Z',
    oss: { bucket: { name: 'photos' }, object: { key: 'avatars/' + n + '-' + 'x'.repeat(n % 50) + '.jpg', size: 1234, eTag: '5B3C1A2E053D763E1B002CC607C5A0FE' } },
  });
  (async () => {
    await initialize();
    const heap = [];
    for (let n = 0; n < total; n += batch) {
      const events = Array.from({ length: batch }, (_, at) => record(n + at));
      const context = {
        requestId: 'request-' + n, region: 'cn-hangzhou', function: { timeout: 300 }, retryCount: n % 3,
        credentials: { accessKeyId: 'STS.' + n, accessKeySecret: 'secret-' + n, securityToken: 'token-' + n },
      };
      const summary = await handler(Buffer.from(JSON.stringify({ events })), context);
      if (summary.saved === 0 || summary.failed === 0 || summary.skipped === 0) throw new Error(JSON.stringify(summary));
      if ((n + batch) % (total / 4) === 0) {
        for (let pass = 0; pass < 4; pass++) { global.gc(); await new Promise(setImmediate); }
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    process.send(heap, () => process.exit());
  })();
`;

it(`is as large after ${events} uploads as after ${events / 4}`, async () => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text));
    request.on('end', () => {
      response.setHeader('x-oss-request-id', '5C3D9175B6FC201293AD4890');
      const failing = /\/\d*3-/.test(request.url ?? '');
      if (request.method === 'POST' && failing) {
        response.statusCode = 400;
        response.end('<Error><Code>BadRequest</Code><Message>no image</Message></Error>');
      } else if (request.method === 'POST') {
        const [, key = ''] = /,o_([\w-]+)/.exec(body) ?? [];
        const object = Buffer.from(key, 'base64url').toString();
        response.end(JSON.stringify({ bucket: '', fileSize: 3267, object, status: 'OK' }));
      } else {
        response.setHeader('etag', '"5B3C1A2E053D763E1B002CC607C5A0FE"');
        response.setHeader('last-modified', 'Sun, 22 Nov 2026 08:30:00 GMT');
        response.setHeader('content-length', request.method === 'HEAD' ? '1234' : '0').end();
      }
    });
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      CODE_DIR: shippedFunction().codeDir,
      TOTAL: String(events),
      OSS_ENDPOINT: `http://127.0.0.1:${port}`,
    };
    const child = spawn(process.execPath, ['--expose-gc', '-e', instance], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => (said += text));
    const heap = await new Promise<number[]>((resolve, reject) => {
      child.once('message', (value) => resolve(value as number[]));
      child.once('close', (code) => reject(new Error(`ended with ${code}: ${said}`)));
    });
    const [first = 0, , , last = 0] = heap;
    console.info(`heap at each quarter, bytes: ${heap.join(' ')}`);
    // What one upload leaves behind, were it kept, is a kilobyte at least; the collector's own mood is half a megabyte.
    const allowed = 1_000_000;
    expect(heap).toHaveLength(4);
    expect(last - first).toBeLessThan(allowed);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
