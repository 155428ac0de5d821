// Rules at CONFIG_URI that change while instances run: uploads through the embedded OSS to instances of the built
// function. Two versions, each of which saves where the other listens, do not feed each other, whoever runs which.
import OSS, { type Client } from 'ali-oss';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedFunction } from '../support/shipped.js';

const journal = { bucket: 'photos-journal', prefix: 'autostyle/' };
const saving = (prefix: string, to: { readonly bucket?: string; readonly key: string }) => ({
  journal,
  rules: [{ name: 'saving', when: { bucket: 'photos', prefix }, outputs: [{ style: 'image/resize,w_8', to }] }],
});

/** The deployed rules are those that are shipped: they listen below avatars/, and not below mid/. */
const [away, back] = [saving('avatars/', { key: 'mid/{file}' }), saving('mid/', { key: 'avatars/{file}' })];
/** Triggers that hear whatever is stored in the bucket, so that nothing but the function can end a circle. */
const hearing = loadConfig(saving('', { bucket: 'photos-out', key: '{key}' }), {});

let cloud: LocalCloud;
let ahead = 0;
let results: Record<string, unknown>[];
let kept: string[];
let photo: Buffer;

const client = (bucket: string): Client =>
  new OSS({
    region: `oss-${localAccount.region}`,
    endpoint: cloud.url,
    accessKeyId: localAccount.accessKeyId,
    accessKeySecret: localAccount.accessKeySecret,
    authorizationV4: true,
    bucket,
  });
const publish = (rules: object | string): Promise<unknown> =>
  client('settings').put('rules.json', Buffer.from(typeof rules === 'string' ? rules : JSON.stringify(rules)));
const aMinuteLater = (): void => {
  ahead += 61_000;
};
let uploads = 0;
const nextKey = (prefix: string): string => {
  uploads += 1;
  return `${prefix}${uploads}.jpg`;
};

/** Uploads, at a time, so that every instance is started, and waits until nothing is going on. */
async function upload(prefix: string, count: number): Promise<void> {
  const keys = Array.from({ length: count }, () => nextKey(prefix));
  await Promise.all(keys.map((key) => client('photos').put(key, photo)));
  await cloud.idle();
}

const counted = (): Record<string, number> => {
  const all = results.map(({ status, reason, source }) => {
    const [, prefix] = /^oss:\/\/photos\/([^/]+)\//.exec(String(source)) ?? [];
    return `${prefix} ${reason ?? status}`;
  });
  return Object.fromEntries([...new Set(all)].sort().map((one) => [one, all.filter((other) => other === one).length]));
};

beforeAll(async () => {
  photo = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
});

beforeEach(async () => {
  [results, kept, ahead] = [[], [], 0];
  const now = () => Date.now() + ahead;
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config: hearing,
    environmentVariables: { CONFIG_URI: 'oss://settings/rules.json' },
    buckets: ['settings'],
    instances: 2,
    runTimers: false,
    now,
    clock: () => ({ machineTime: Date.now(), functionTime: now(), rate: 1, timerRate: 1 }),
    retryDelay: () => 1,
    onLog(line, { stream }) {
      if (stream !== 'stdout' || !line.startsWith('{')) return;
      const entry = JSON.parse(line) as Record<string, unknown>;
      if (entry['event'] === 'result') results.push(entry);
      if (entry['event'] === 'config-kept') kept.push(String(entry['message']));
    },
  });
  return () => cloud.close();
});

describe('two versions at CONFIG_URI, each of which saves where the other listens', () => {
  it('one instance looks at the second, the object is deleted or broken, and the others keep the first', async () => {
    await publish(away);
    await upload('avatars/', 4);
    await publish(back);
    aMinuteLater();
    await upload('avatars/', 1);
    expect(kept.join()).toContain('deployed');
    await client('settings').delete('rules.json');
    aMinuteLater();
    await upload('avatars/', 4);
    await publish('{"journal":');
    aMinuteLater();
    await upload('avatars/', 4);
    // Each upload is saved once, and what is saved, which the triggers hear, is nothing that starts a rule.
    expect(counted()).toEqual({ 'avatars saved': 13, 'mid no-rule': 13 });
  });

  it('an instance that starts with the second never works, while another one still runs the first', async () => {
    await publish(away);
    await upload('avatars/', 1);
    await publish(back);
    await upload('avatars/', 6);
    aMinuteLater();
    await upload('mid/', 6);
    expect(counted()['avatars saved']).toBeLessThanOrEqual(7);
    expect(Object.keys(counted()).filter((what) => /^mid (?!no-rule)/.test(what))).toEqual([]);
  });
});

it('a version that listens beyond what is deployed is skipped there', async () => {
  await publish({ journal, rules: [...saving('mid/', { bucket: 'photos-out', key: '{key}' }).rules] });
  await upload('mid/', 2);
  expect(counted()).toEqual({ 'mid outside-envelope': 2 });
});
