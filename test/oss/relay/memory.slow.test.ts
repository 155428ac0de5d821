// The memory of an instance with large results under way, and what is left after them: the built function in a process
// of its own, against an OSS in this one.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../bench/certificate.js';
import { nodeOfFunction } from '../../support/function.js';
import { shippedFunction } from '../../support/shipped.js';
import { leftFiles } from './left-files.js';

const mega = 1_000_000;

/** Bytes. */
const mostMemory = 130 * mega;

/** Runs an upload when it is told its key, and answers with what came of it and the peak of its memory. */
const instance = `
  process.stdout.write = () => true;
  const { handler, initialize } = require(process.env.CODE_DIR + '/index.js');
  process.on('message', async (key) => {
    const record = {
      eventName: 'ObjectCreated:PutObject', eventSource: 'acs:oss', eventTime: '2026-11-22T08:30:00.000Z',
      oss: { bucket: { name: 'photos' }, object: { key, size: 1234, eTag: '5B3C1A2E053D763E1B002CC607C5A0FE' } },
    };
    const context = {
      requestId: key, region: 'cn-hangzhou', function: { timeout: 300 },
      credentials: { accessKeyId: 'STS.1', accessKeySecret: 'secret', securityToken: 'token' },
    };
    const { saved, failed, results } = await handler(Buffer.from(JSON.stringify({ events: [record] })), context);
    process.send({ saved, failed, results, peak: process.resourceUsage().maxRSS * 1024 });
  });
  initialize().then(() => process.send('ready'));
`;

interface Answer {
  readonly saved: number;
  readonly failed: number;
  readonly results: readonly object[];
  readonly peak: number;
}

/** A picture of so many bytes, in pieces that are never all there. */
function* picture(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += 65_536) yield Buffer.alloc(Math.min(65_536, bytes - at), at >> 16);
}

function md5Of(bytes: number): string {
  const hash = createHash('md5');
  for (const piece of picture(bytes)) hash.update(piece);
  return hash.digest('hex');
}

/** An OSS by TLS that answers a GET with as many megabytes as the style is wide, and keeps a digest of what is PUT. */
async function startStub() {
  const { key, certificate } = selfSigned('localhost', new Date());
  const stored = new Map<string, string>();
  let atOnce = 0;
  let most = 0;
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    response.setHeader('x-oss-request-id', '5C3D9175B6FC201293AD4890');
    if (request.method === 'HEAD') {
      response.setHeader('etag', '"5B3C1A2E053D763E1B002CC607C5A0FE"');
      response.setHeader('last-modified', 'Sun, 22 Nov 2026 08:30:00 GMT');
      response.setHeader('content-length', '1234').end();
      return;
    }
    if (request.method === 'PUT') {
      atOnce += 1;
      most = Math.max(most, atOnce);
      const hash = createHash('md5');
      for await (const chunk of request) hash.update(chunk);
      const md5 = hash.digest();
      atOnce -= 1;
      if (md5.toString('base64') !== request.headers['content-md5']) response.statusCode = 400;
      else stored.set(request.url ?? '', md5.toString('hex'));
      response.end();
      return;
    }
    const bytes = Number(/w_([\d.]+)/.exec(decodeURIComponent(request.url ?? ''))?.[1]) * mega;
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes });
    for (const piece of picture(bytes)) {
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { certificate, stored, most: () => most, port: (server.address() as AddressInfo).port };
}

function rulesOf(megabytes: Readonly<Record<string, readonly number[]>>): object {
  const rules = Object.entries(megabytes).map(([name, results]) => ({
    name,
    when: { bucket: 'photos', prefix: `${name}/` },
    outputs: results.map((width, nth) => ({
      style: `image/resize,w_${width}`,
      to: { bucket: 'photos-out', key: `{key}.${nth}` },
      headers: { 'Cache-Control': 'max-age=60' },
    })),
  }));
  return { journal: 'throw', rules };
}

test('five results of 20 MB at a time, and one of 60 MB: less than 130 MB, and nothing is left', async () => {
  const oss = await startStub();
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ca.pem'), oss.certificate);
  const results = { five: [20, 20, 20, 20, 20], one: [60], full: [23.9] };
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(rulesOf(results)));
  const child = spawn(nodeOfFunction(), ['-e', instance], {
    env: {
      PATH: process.env['PATH'],
      CODE_DIR: shippedFunction().codeDir,
      CONFIG_URI: pathToFileURL(join(folder, 'rules.json')).href,
      OSS_ENDPOINT: `https://127.0.0.1:${oss.port}`,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill());
  const said = () =>
    new Promise<Answer>((resolve, reject) => {
      child.once('message', (value) => resolve(value as Answer));
      child.once('close', (code) => reject(new Error(`ended with ${code}`)));
    });
  const run = (key: string) => {
    child.send(key);
    return said();
  };

  await said();
  // The last one needs all of the room: it would wait for ever if any of it were not given back.
  for (const [name, sizes] of Object.entries(results)) {
    const { saved, failed, results, peak } = await run(`${name}/a.jpg`);
    expect({ saved, failed, results }).toMatchObject({ saved: sizes.length, failed: 0 });
    for (const [nth, megabytes] of sizes.entries()) {
      expect(oss.stored.get(`/photos-out/${name}/a.jpg.${nth}`), name).toBe(md5Of(megabytes * mega));
    }
    console.log(`peak memory after ${name}: ${(peak / mega).toFixed(1)} MB`);
    expect(peak, name).toBeLessThan(mostMemory);
  }
  expect(leftFiles(child.pid) ?? []).toEqual([]);
  expect(oss.most()).toBe(1);
});
