// Uploads through a real OSS client, events, the built function in its instances, OSS's work, results: the whole line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import OSS, { type Client } from 'ali-oss';
import STS from 'ali-oss/lib/sts.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { functionName, type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import type { OssCall } from '../../src/local/oss/call.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedFunction } from '../support/shipped.js';

const input = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: 'in/', suffix: ['.jpg'] },
      outputs: [{ style: 'image/resize,m_fixed,w_100,h_100', to: { bucket: 'photos-out', key: '{key}.webp' } }],
    },
    {
      name: 'named',
      when: { bucket: 'photos', prefix: 'named/' },
      outputs: [{ style: 'style/missing', to: { bucket: 'photos-out', key: '{key}' } }],
    },
    {
      name: 'removed',
      when: { bucket: 'photos', prefix: 'removed/' },
      onDelete: 'remove',
      outputs: [{ style: 'image/resize,w_50', to: { bucket: 'photos-out', key: '{key}' } }],
    },
    {
      name: 'same-bucket',
      when: { bucket: 'photos', prefix: 'same/', suffix: ['.png'] },
      outputs: [{ style: 'image/resize,w_50/format,webp', to: { key: 'same/{name}.webp' } }],
    },
  ],
};

let cloud: LocalCloud;
let folder: string;
const { codeDir } = shippedFunction();
const lines: Record<string, unknown>[] = [];
const client = (bucket: string, url = cloud.url): Client =>
  new OSS({
    region: `oss-${localAccount.region}`,
    endpoint: url,
    accessKeyId: localAccount.accessKeyId,
    accessKeySecret: localAccount.accessKeySecret,
    authorizationV4: true,
    bucket,
  });
const jpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();

async function list(bucket: string, prefix = '', url = cloud.url): Promise<string[]> {
  // ali-oss signs another request than it sends where a value is empty.
  const { objects } = await client(bucket, url).listV2({ ...(prefix !== '' && { prefix }), 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-cloud-'));
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(input));
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(join(folder, 'rules.json')).href },
    onLog: (line, { stream }) => {
      if (stream === 'stdout' && line.startsWith('{')) lines.push(JSON.parse(line));
    },
  });
});

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

describe('the embedded cloud', () => {
  const keys = [
    'in/a b.jpg',
    'in/1+1=2.jpg',
    'in/100%25.jpg',
    'in/what?.jpg',
    'in/#1&2.jpg',
    'in//double.jpg',
    `in/it's "quoted".jpg`,
    'in/目录/照片.jpg',
    'in/🦉👩‍🚀.jpg',
    `in/${'k'.repeat(1010)}.JPG`,
  ];

  it('saves every upload under exactly its key', async () => {
    expect(Buffer.byteLength(keys.at(-1) ?? '')).toBe(1017);
    const body = await jpeg();
    for (const key of keys) await client('photos').put(key, body);
    await cloud.idle();
    const wanted = keys.map((key) => `${key}.webp`);
    expect((await list('photos-out', 'in/')).sort()).toEqual([...wanted].sort());
    for (const key of wanted) {
      const { content } = await client('photos-out').get(key);
      expect(await sharp(content).metadata()).toMatchObject({ width: 100, height: 100, format: 'jpeg' });
    }
    const saved = lines.filter(({ event, status }) => event === 'result' && status === 'saved');
    expect(saved.map(({ source }) => source).sort()).toEqual(keys.map((key) => `oss://photos/${key}`).sort());
  });

  it('hears form posts, copies and multipart uploads, and passes over what no rule takes', async () => {
    const body = await jpeg();
    await client('photos').copy('in/copied.jpg', 'in/a b.jpg');
    await client('photos').multipartUpload('in/parts.jpg', Buffer.concat([body, Buffer.alloc(250_000)]), {
      partSize: 102_400,
    });
    await client('photos').put('in/readme.txt', Buffer.from('no image'));
    await cloud.idle();
    const out = await list('photos-out', 'in/');
    expect(out).toContain('in/copied.jpg.webp');
    expect(out).toContain('in/parts.jpg.webp');
    expect(out).not.toContain('in/readme.txt.webp');
    expect(lines).toContainEqual(expect.objectContaining({ source: 'oss://photos/in/readme.txt', reason: 'no-rule' }));
  });

  it('hears what the temporary keys of a role upload, and lets them invoke nothing', async () => {
    const { accessKeyId, accessKeySecret, accountId, region } = localAccount;
    const sts = new STS({ accessKeyId, accessKeySecret, endpoint: cloud.url });
    const { credentials } = await sts.assumeRole(`acs:ram::${accountId}:role/oss-client`, {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:photos/in/*' }],
    });
    const { AccessKeyId, AccessKeySecret, SecurityToken } = credentials;
    const keys = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, stsToken: SecurityToken };
    const options = { region: `oss-${region}`, endpoint: cloud.url, authorizationV4: true, bucket: 'photos' };
    const refreshSTSToken = async () => keys;
    const session = new OSS({ ...options, ...keys, refreshSTSToken });
    await session.put('in/session.jpg', await jpeg());
    await cloud.idle();
    expect(await list('photos-out', 'in/')).toContain('in/session.jpg.webp');
    await expect(session.get('in/session.jpg')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    const authorization = `FC ${AccessKeyId}:${'a'.repeat(43)}=`;
    const invoked = await fetch(`${cloud.url}/2023-03-30/functions/${functionName}/invocations`, {
      method: 'POST',
      headers: { authorization, date: new Date().toUTCString() },
    });
    expect([invoked.status, ((await invoked.json()) as { Code: string }).Code]).toEqual([403, 'InvalidAccessKeyID']);
  });

  it('writes down what failed, and why', async () => {
    await client('photos').put('in/no-image.jpg', Buffer.from('hello'));
    await client('photos').put('named/a.jpg', await jpeg());
    await cloud.idle();
    const permanent = await list('photos-journal', 'autostyle/failed/permanent/thumbs/');
    const setup = await list('photos-journal', 'autostyle/failed/setup/named/');
    expect([permanent.length, setup.length]).toEqual([1, 1]);
    const { content } = await client('photos-journal').get(setup[0] ?? '');
    expect(JSON.parse(content.toString())).toMatchObject({
      kind: 'setup',
      rule: 'named',
      event: {
        eventName: 'ObjectCreated:PutObject',
        oss: { bucket: { name: 'photos' }, object: { key: 'named/a.jpg' } },
      },
      error: { code: 'NoSuchStyle', status: 404 },
    });
  });

  it('is heard, and not started, by an output that it saves where it listens', async () => {
    const before = lines.length;
    const png = await sharp({ create: { width: 80, height: 60, channels: 4, background: '#ff000080' } })
      .png()
      .toBuffer();
    await client('photos').put('same/logo.png', png);
    await cloud.idle();
    const results = lines.slice(before).filter(({ event }) => event === 'result');
    expect(results.map(({ status, source, reason }) => [status, source, reason]).sort()).toEqual([
      ['saved', 'oss://photos/same/logo.png', undefined],
      ['skipped', 'oss://photos/same/logo.webp', 'no-rule'],
    ]);
  });

  it('tells the function of removals where a rule asks for it', async () => {
    await client('photos').put('removed/a.jpg', await jpeg());
    await cloud.idle();
    expect(await list('photos-out', 'removed/')).toEqual(['removed/a.jpg']);
    await client('photos').delete('removed/a.jpg');
    await cloud.idle();
    expect(await list('photos-out', 'removed/')).toEqual([]);
  });

  it('accepts the vendor SDK’s own processObjectSave', async () => {
    const style = 'image/resize,m_fixed,w_100,h_100';
    const { res } = await client('photos').processObjectSave('in/a b.jpg', 'by-sdk/照片.jpg', style, 'photos-out');
    expect(res.status).toBe(200);
    const { content } = await client('photos-out').get('by-sdk/照片.jpg');
    expect(await sharp(content).metadata()).toMatchObject({ width: 100, height: 100 });
  });

  it('refuses a port that is taken', async () => {
    const config = loadConfig(input, {});
    const taken = startLocalCloud({ codeDir, config, port: cloud.port });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

/** A cloud of its own for a test, with one instance; `reports` are the invocations that have ended. */
async function withCloud(
  options: Partial<LocalCloudOptions>,
  use: (own: LocalCloud, reports: readonly InvocationReport[]) => Promise<void>,
): Promise<void> {
  const reports: InvocationReport[] = [];
  const own = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(join(folder, 'rules.json')).href },
    instances: 1,
    onInvocation: (report) => reports.push(report),
    ...options,
  });
  try {
    await use(own, reports);
  } finally {
    await own.close();
  }
}

/** The first of the function's own requests of that operation. */
function firstOf(operation: string): (call: OssCall) => boolean {
  let found = false;
  return (call) => {
    if (found || call.operation !== operation || call.caller?.key.principalId !== functionName) return false;
    found = true;
    return true;
  };
}

describe('other rules', () => {
  const rulesOf = (name: string, source: string, target: string) => ({
    journal: 'throw',
    rules: [
      {
        name,
        when: { bucket: source },
        outputs: [{ style: 'image/resize,w_8', to: { bucket: target, key: `${name}/{key}` } }],
      },
    ],
  });
  const write = (name: string, rules: object) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(rules));
    return { config: loadConfig(rules, {}), environmentVariables: { CONFIG_URI: pathToFileURL(file).href } };
  };
  const [first, second] = [rulesOf('first', 'photos', 'thumbs'), rulesOf('second', 'photos', 'thumbs')];

  it('are taken while uploads arrive, and nothing is lost', async () => {
    await withCloud({ ...write('first', first), instances: 2 }, async (own, reports) => {
      const body = await jpeg();
      const names = Array.from({ length: 40 }, (_, n) => `${n}.jpg`);
      const uploaded: Promise<unknown>[] = [];
      for (const [n, name] of names.entries()) {
        if (n === 20) {
          await uploaded[5];
          void own.reload(write('second', second));
        }
        uploaded.push(client('photos', own.url).put(name, body));
      }
      await Promise.all(uploaded);
      await own.idle();
      const made = await list('thumbs', '', own.url);
      expect(made.map((key) => key.split('/')[1]).sort()).toEqual([...names].sort());
      expect(new Set(made.map((key) => key.split('/')[0]))).toEqual(new Set(['first', 'second']));
      expect(reports.filter(({ errorType }) => errorType !== undefined)).toEqual([]);
    });
  });

  it('bring their buckets and triggers with them, and take those of the former away', async () => {
    await withCloud(write('first', first), async (own) => {
      await own.reload(write('moved', rulesOf('moved', 'incoming', 'made')));
      expect(own.buckets).toEqual(['incoming', 'made', 'photos', 'thumbs']);
      await client('incoming', own.url).put('a.jpg', await jpeg());
      await client('photos', own.url).put('a.jpg', await jpeg());
      await own.idle();
      expect(await list('made', '', own.url)).toEqual(['moved/a.jpg']);
      expect(await list('thumbs', '', own.url)).toEqual([]);
    });
  });
});

// Each has a cloud of its own, and most wait.
describe.concurrent('the embedded cloud with faults', () => {
  const key = 'in/a.jpg';
  const derivative = async ({ url }: LocalCloud): Promise<Buffer> =>
    (await client('photos-out', url).get(`${key}.webp`)).content;

  it('writes down what fails, and does it when the timer finds it due', async () => {
    const only = ({ caller }: OssCall) => caller?.key.principalId === functionName;
    const faults = createFaults(['process:503'], { seed: 1, only });
    await withCloud({ faults }, async (own, reports) => {
      await client('photos', own.url).put(key, await jpeg());
      await own.idle();
      expect(faults.counts()).toEqual({ 'process:503': 3 });
      const due = await list('photos-journal', 'autostyle/due/', own.url);
      expect(due).toHaveLength(1);

      faults.enable(false);
      // The function goes by the machine's clock, so its record is made one of long ago.
      const journal = client('photos-journal', own.url);
      const old = due[0] ?? '';
      await journal.copy(old.replace(/\/due\/[^/]+\//, '/due/2020-01-01T00-00Z/'), old);
      await journal.delete(old);
      expect(own.fc.tick()).toHaveLength(1);
      await own.idle();
      expect(JSON.parse(reports.at(-1)?.event.toString() ?? '')).toMatchObject({ triggerName: 'every-minute' });
      expect(await sharp(await derivative(own)).metadata()).toMatchObject({ width: 100, height: 100 });
      expect(await list('photos-journal', 'autostyle/due/', own.url)).toEqual([]);
    });
  });

  it('believes a clock that is ahead, and is believed', async () => {
    const faults = createFaults(['any:skew/20m'], { seed: 1, only: firstOf('ProcessObject') });
    await withCloud({ faults }, async (own, reports) => {
      await client('photos', own.url).put(key, await jpeg());
      await own.idle();
      expect(faults.counts()).toEqual({ 'any:skew/20m': 1 });
      expect(JSON.parse(reports[0]?.result.toString() ?? '')).toMatchObject({ saved: 1, failed: 0 });
      expect(await list('photos-journal', 'autostyle/', own.url)).toEqual([]);
    });
  });

  it('delivers again after the time asked for when an instance is killed in the middle of a call', async () => {
    const waits: number[] = [];
    const faults = createFaults(['instance:kill'], { seed: 1, only: firstOf('ProcessObject') });
    const retryDelay = (failures: number) => waits.push(failures);
    await withCloud({ faults, retryDelay }, async (own, reports) => {
      await client('photos', own.url).put(key, await jpeg());
      await own.idle();
      expect(faults.counts()).toEqual({ 'instance:kill': 1 });
      const [killed, again] = reports;
      expect(killed).toMatchObject({ errorType: 'UnhandledInvocationError', retryCount: 0 });
      expect(killed?.result.toString()).toContain('Process exited unexpectedly');
      expect(again).toMatchObject({ requestId: killed?.requestId, retryCount: 1, coldStart: true });
      expect(waits).toEqual([1]);
      expect(await sharp(await derivative(own)).metadata()).toMatchObject({ width: 100, height: 100 });
    });
  });

  it('is not idle before a late write has been made', async () => {
    const faults = createFaults(['process:late/1s'], { seed: 1, only: firstOf('ProcessObject') });
    await withCloud({ faults }, async (own) => {
      await client('photos', own.url).put(key, await jpeg());
      await own.idle();
      expect([faults.counts(), faults.pending()]).toEqual([{ 'process:late/1s': 1 }, 0]);
      // Nobody answered one attempt, so the upload will be looked at once more.
      const due = await list('photos-journal', 'autostyle/due/', own.url);
      expect(due).toHaveLength(1);
      const { content } = await client('photos-journal', own.url).get(due[0] ?? '');
      expect(JSON.parse(content.toString())).toMatchObject({ kind: 'unsettled' });
    });
  });

  it('delivers events twice', async () => {
    const faults = createFaults(['event:duplicate'], { seed: 1 });
    await withCloud({ faults }, async (own, reports) => {
      await client('photos', own.url).put(key, await jpeg());
      await own.idle();
      expect(reports.map(({ event }) => JSON.parse(event.toString()).events[0].oss.object.key)).toEqual([key, key]);
      expect(new Set(reports.map(({ requestId }) => requestId)).size).toBe(2);
    });
  });
});
