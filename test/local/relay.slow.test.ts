// The memory of an instance that relays five pictures of 20 MB at a time, several times over: relay.test.ts has small
// ones.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { startLocalCloud } from '../../src/local/cloud.js';
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedFunction } from '../support/shipped.js';

const { codeDir } = shippedFunction();
const widths = [3000, 2990, 2980, 2970, 2960];
const height = 2200;
const input = {
  journal: { bucket: `${localAccount.accountId}-journal`, prefix: 'autostyle/' },
  rules: [
    {
      name: 'large',
      when: { bucket: 'photos' },
      outputs: widths.map((width) => ({
        style: `image/resize,m_fixed,limit_0,w_${width},h_${height}/format,bmp`,
        to: { bucket: 'photos-out', key: `${width}/{key}` },
        headers: { 'cache-control': 'max-age=60' },
      })),
    },
  ],
};

it.each(['length', 'chunked'] as const)('stays under 130 MB where the answers are framed by %s', async (framing) => {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-relay-'));
  const config = join(folder, 'rules.json');
  writeFileSync(config, JSON.stringify(input));
  const reports: InvocationReport[] = [];
  const cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(config).href },
    instances: 1,
    processedGet: { framing },
    onInvocation: (report) => reports.push(report),
  });
  try {
    const photo = await sharp({ create: { width: 3000, height, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
    for (let nth = 0; nth < 4; nth++) {
      await localClient(cloud.url, 'photos').put(`${nth}.jpg`, photo);
      await cloud.idle();
    }
    for (const { result } of reports) expect(JSON.parse(result.toString())).toMatchObject({ saved: widths.length });
    const out = localClient(cloud.url, 'photos-out');
    for (const width of widths) {
      const { content } = await out.get(`${width}/3.jpg`);
      expect([content.length, content.readInt32LE(18)]).toEqual([
        54 + Math.ceil((width * 3) / 4) * 4 * height + 2,
        width,
      ]);
    }
    const peaks = reports.map(({ maxMemoryMB }) => maxMemoryMB);
    expect(Math.min(...peaks)).toBeGreaterThan(30);
    expect(Math.max(...peaks)).toBeLessThan(130);
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true });
  }
});
