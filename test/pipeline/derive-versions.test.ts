// Settling on a source bucket with versioning: the function's pipeline and its own OSS client against the embedded OSS,
// whose HEAD names the version. While ProcessObject has read and not yet written, the source changes.
import { expect, onTestFinished, it as test } from 'vitest';
import { createOss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { derive, type Task } from '../../src/pipeline/derive.js';
import { readEvent, type Upload } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { accessKey, startOss, type TestOss } from '../local/oss/fixture.js';

const output = { style: 'image/resize,w_1', to: { bucket: 'photos-out', key: '{key}.out' } };
const rulesOf = (removes: boolean) => {
  const rule = { name: 'r', when: { bucket: 'photos' }, outputs: [output], ...(removes ? { onDelete: 'remove' } : {}) };
  return loadConfig({ journal: 'throw', rules: [rule] }, {}).rules;
};

/** An image of that height, by which its derivative tells it. */
async function image(height: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp({ create: { width: 1, height, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
}

interface Setting {
  oss: TestOss;
  client: ReturnType<TestOss['client']>;
  /** What the embedded OSS has reported last, as the function reads it. */
  event: () => Upload;
  /** Derives; `meanwhile` happens between the first ProcessObject's reading and its writing. */
  run: (task: Partial<Task> & Pick<Task, 'upload'>, meanwhile?: () => Promise<unknown>) => ReturnType<typeof derive>;
  derivative: () => Promise<number | undefined>;
  operations: string[];
}

/** A clock that stands still: all that happens happens within one second. */
async function setting(versioned: boolean, removes = true, journal?: 'throw'): Promise<Setting> {
  const now = Date.now();
  const operations: string[] = [];
  let meanwhile: (() => Promise<unknown>) | undefined;
  const oss = await startOss({
    now: () => now,
    intercept: ({ call, run }) => {
      if (call.caller?.accessKeyId === 'function') operations.push(call.operation);
      if (call.operation === 'ProcessObject') {
        const once = meanwhile;
        meanwhile = undefined;
        call.beforeStore = async () => void (await once?.());
      }
      return run();
    },
  });
  oss.oss.keys.set('function', { secret: accessKey.accessKeySecret });
  const client = oss.client();
  if (versioned) await client.putBucketVersioning('photos', 'Enabled');
  const connection = createConnection();
  onTestFinished(() => connection.close());
  const functionOss = createOss({
    endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${oss.port}` }),
    region: 'cn-hangzhou',
    credentials: { ...accessKey, accessKeyId: 'function' },
    connection,
    deadline: now + 60_000,
  });
  return {
    oss,
    client,
    event() {
      const [upload] = readEvent(Buffer.from(JSON.stringify({ events: [oss.events.at(-1)] }))).uploads;
      if (upload === undefined) throw new Error('no upload');
      return upload;
    },
    run(task, then) {
      meanwhile = then;
      const index = indexRules(rulesOf(removes));
      return derive(task, { index, oss: functionOss, now: () => now, deadline: now + 60_000, journal });
    },
    async derivative() {
      const found = await oss.wire({ path: '/photos-out/k.out', bucket: 'photos-out', key: 'k.out' });
      return found.status === 404 ? undefined : found.body.readUInt32BE(20);
    },
    operations,
  };
}

const statuses = ({ outcomes }: Awaited<ReturnType<typeof derive>>) =>
  outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.status));

test('an upload that nobody disturbs takes one look', async () => {
  const { client, event, run, derivative, operations } = await setting(true);
  await client.put('k', await image(3));
  const done = await run({ upload: event() });
  expect([done.rounds, done.unsettled, statuses(done)]).toEqual([1, undefined, ['saved']]);
  expect(operations).toEqual(['ProcessObject', 'HeadObject']);
  expect(await derivative()).toBe(3);
});

test('another version stored meanwhile is processed, whichever id its bytes come under', async () => {
  const { client, event, run, derivative } = await setting(true);
  await client.put('k', await image(3));
  const upload = event();
  const done = await run({ upload }, async () => client.put('k', await image(5)));
  expect([done.rounds, done.unsettled]).toEqual([2, undefined]);
  expect(await derivative()).toBe(5);
});

test.each([
  [true, 2],
  [false, 1],
])('the same bytes again within a second, versioning %s: %i rounds', async (versioned, rounds) => {
  const { client, event, run, derivative } = await setting(versioned);
  const [three, five] = [await image(3), await image(5)];
  await client.put('k', three);
  const again = async () => {
    await client.put('k', five);
    await client.put('k', three);
  };
  // From the journal, so that a look names the version before anything is done.
  const done = await run({ upload: event(), anyVersion: true }, again);
  expect([done.rounds, done.unsettled]).toEqual([rounds, undefined]);
  expect(await derivative()).toBe(3);
});

test('a delete marker set meanwhile takes the derivative away', async () => {
  const { client, event, run, derivative } = await setting(true);
  await client.put('k', await image(3));
  const upload = event();
  const done = await run({ upload }, () => client.delete('k'));
  expect([done.rounds, statuses(done)]).toEqual([2, ['removed']]);
  expect(await derivative()).toBeUndefined();
});

test('the event of a delete marker is a removal, and removes the derivative', async () => {
  const { client, event, run, derivative } = await setting(true);
  await client.put('k', await image(3));
  await run({ upload: event() });
  expect(await derivative()).toBe(3);
  await client.delete('k');
  expect(event()).toMatchObject({ kind: 'removed', event: 'ObjectRemoved:DeleteObject' });
  const done = await run({ upload: event() });
  expect(statuses(done)).toEqual(['removed']);
  expect(await derivative()).toBeUndefined();
});

test('after the deletion of a version that is not the newest, the derivative is of the newest', async () => {
  const { client, event, run, derivative } = await setting(true);
  const old = (await client.put('k', await image(3))).res.headers['x-oss-version-id'] ?? '';
  await client.put('k', await image(5));
  await run({ upload: event() });
  await client.delete('k', { versionId: old });
  expect(statuses(await run({ upload: event() }))).toEqual(['saved']);
  expect(await derivative()).toBe(5);
});

test('the newest version deleted while it is processed: that of before is processed', async () => {
  const { client, event, run, derivative } = await setting(true);
  await client.put('k', await image(3));
  const newest = (await client.put('k', await image(5))).res.headers['x-oss-version-id'] ?? '';
  const done = await run({ upload: event() }, () => client.delete('k', { versionId: newest }));
  expect([done.rounds, statuses(done)]).toEqual([2, ['saved']]);
  expect(await derivative()).toBe(3);
});

/** https://help.aliyun.com/zh/oss/user-guide/delete-marker: the version below becomes the current one. */
test.each([true, false])(
  'the newest version deleted later: that of before is processed, onDelete %s',
  async (removes) => {
    const { client, event, run, derivative } = await setting(true, removes);
    await client.put('k', await image(3));
    const newest = (await client.put('k', await image(5))).res.headers['x-oss-version-id'] ?? '';
    await run({ upload: event() });
    expect(await derivative()).toBe(5);
    await client.delete('k', { versionId: newest });
    expect(statuses(await run({ upload: event() }))).toEqual(['saved']);
    expect(await derivative()).toBe(3);
  },
);

test.each([true, false])(
  'a delete marker deleted later: the source is processed again, onDelete %s',
  async (removes) => {
    const { client, event, run, derivative } = await setting(true, removes);
    await client.put('k', await image(3));
    await run({ upload: event() });
    const marker = (await client.delete('k')).res.headers['x-oss-version-id'] ?? '';
    await run({ upload: event() });
    expect(await derivative()).toBe(removes ? undefined : 3);
    await client.delete('k', { versionId: marker });
    expect(statuses(await run({ upload: event() }))).toEqual(['saved']);
    expect(await derivative()).toBe(3);
  },
);

test('a call that has read a version before its deletion may still write: the removal is looked at again later', async () => {
  const { client, event, run, derivative } = await setting(true);
  await client.put('k', await image(3));
  const first = event();
  const newest = (await client.put('k', await image(5))).res.headers['x-oss-version-id'] ?? '';
  let removal: Task | undefined;
  // Its look sees the version that its event tells of, and nothing else.
  const slow = await run({ upload: first }, async () => {
    await client.delete('k', { versionId: newest });
    removal = { upload: event() };
    const { rounds, unsettled } = await run(removal);
    expect([rounds, unsettled, await derivative()]).toEqual([1, 'unanswered', 3]);
  });
  expect([slow.rounds, slow.unsettled, await derivative()]).toEqual([1, undefined, 5]);
  if (removal === undefined) throw new Error('nothing was removed');
  const later = await run({ ...removal, anyVersion: true });
  expect([later.rounds, later.unsettled, await derivative()]).toEqual([1, undefined, 3]);
});

test('without a journal nobody looks later, so that a removal is not left for that', async () => {
  const { client, event, run } = await setting(true, true, 'throw');
  await client.put('k', await image(3));
  const newest = (await client.put('k', await image(5))).res.headers['x-oss-version-id'] ?? '';
  await client.delete('k', { versionId: newest });
  expect((await run({ upload: event() })).unsettled).toBeUndefined();
});

test('while versioning is suspended, versions share an id and are told by their bytes', async () => {
  const { oss, client, event, run, derivative } = await setting(true);
  await client.putBucketVersioning('photos', 'Suspended');
  await client.put('k', await image(3));
  const found = await oss.wire({ method: 'HEAD', path: '/photos/k', bucket: 'photos', key: 'k' });
  expect(found.headers['x-oss-version-id']).toBe('null');
  const done = await run({ upload: event(), anyVersion: true }, async () => client.put('k', await image(5)));
  expect([done.rounds, done.unsettled, await derivative()]).toEqual([2, undefined, 5]);
});

test('a removal in a bucket without versions that finds its source is old news', async () => {
  const { client, event, run, operations } = await setting(false);
  await client.put('k', await image(3));
  await client.delete('k');
  const upload = event();
  await client.put('k', await image(5));
  expect(statuses(await run({ upload }))).toEqual(['source-present']);
  expect(operations).toEqual(['HeadObject']);
});
