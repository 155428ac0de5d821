// The versions of a bucket, held against a model: any sequence of uploads, deletions, deletions of versions and changes
// of the bucket's versioning leaves what the documents say. And what a version id looks like.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OssCall } from '../../../../src/local/oss/call.js';
import { removeObject } from '../../../../src/local/oss/object/remove.js';
import { storeObject } from '../../../../src/local/oss/object/store.js';
import { newVersionId } from '../../../../src/local/oss/object/versioning.js';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { memoryStorage } from '../../../../src/local/oss/storage/memory.js';
import type { Bucket, Storage } from '../../../../src/local/oss/storage/storage.js';

type Step =
  | { do: 'put'; key: string; text: string }
  | { do: 'append'; key: string; text: string }
  | { do: 'delete'; key: string }
  | { do: 'delete version'; key: string; nth: number }
  | { do: 'set'; versioning: 'Enabled' | 'Suspended' };

interface ModelVersion {
  id: string;
  /** Undefined: a delete marker. */
  text: string | undefined;
  appendable: boolean;
}

interface Model {
  versioning: Bucket['versioning'];
  /** Newest first. */
  keys: Map<string, ModelVersion[]>;
  removals: number;
}

const key = fc.constantFrom('a', 'b', 'é/🎉');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), key, text: fc.string({ maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('append' as const), key, text: fc.string({ maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete version' as const), key, nth: fc.nat(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      versioning: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    }),
  },
);

/** What the documents say that a step does; `made`: the id that the store gave to what it made. */
function apply(model: Model, taken: Step, made: string | undefined): void {
  if (taken.do === 'set') {
    model.versioning = taken.versioning;
    return;
  }
  const versions = model.keys.get(taken.key) ?? [];
  const [newest] = versions;
  const onTop = (version: ModelVersion) => [version, ...versions.filter(({ id }) => id !== version.id)];
  const id = made ?? 'null';
  if (taken.do === 'put') model.keys.set(taken.key, onTop({ id, text: taken.text, appendable: false }));
  if (taken.do === 'append' && (newest?.text === undefined || newest.appendable)) {
    const text = (newest?.text ?? '') + taken.text;
    model.keys.set(taken.key, onTop({ id: newest?.text === undefined ? id : newest.id, text, appendable: true }));
  }
  if (taken.do === 'delete') {
    if (newest?.text !== undefined) model.removals += 1;
    if (model.versioning === undefined) model.keys.delete(taken.key);
    else model.keys.set(taken.key, onTop({ id, text: undefined, appendable: false }));
  }
  if (taken.do === 'delete version' && versions.length > 0) {
    model.removals += 1;
    model.keys.set(taken.key, versions.toSpliced(taken.nth % versions.length, 1));
  }
}

/** Takes a step in the real storage. @returns the id of what it made */
async function take(call: OssCall, model: Model, taken: Step): Promise<string | undefined> {
  const { storage } = call.service;
  if (taken.do === 'set') {
    const bucket = storage.bucket('photos');
    if (bucket) storage.saveBucket({ ...bucket, versioning: taken.versioning });
    return undefined;
  }
  const on = { ...call, key: taken.key };
  if (taken.do === 'put') {
    const event = 'ObjectCreated:PutObject' as const;
    return (await storeObject(on, { body: Buffer.from(taken.text), headers: {}, event })).versionId;
  }
  if (taken.do === 'append') {
    const existing = storage.object('photos', taken.key);
    if (existing && existing.type !== 'Appendable') return undefined;
    const previous = existing ? await storage.read('photos', taken.key) : Buffer.alloc(0);
    const body = Buffer.concat([previous, Buffer.from(taken.text)]);
    const event = 'ObjectCreated:AppendObject' as const;
    return (await storeObject(on, { body, headers: {}, type: 'Appendable', continues: true, event })).versionId;
  }
  if (taken.do === 'delete') return (await removeObject(on, taken.key, 'ObjectRemoved:DeleteObject'))?.versionId;
  const versions = model.keys.get(taken.key) ?? [];
  const id = versions[taken.nth % versions.length]?.id ?? 'none';
  await removeObject(on, taken.key, 'ObjectRemoved:DeleteObject', id);
  return undefined;
}

async function holds(storage: Storage, model: Model): Promise<void> {
  const versions = [...model.keys].filter(([, of]) => of.length > 0);
  const objects = versions.filter(([, [newest]]) => newest?.text !== undefined);
  expect([...storage.keysOfVersions('photos')].sort()).toEqual(versions.map(([name]) => name).sort());
  expect([...storage.keys('photos')].sort()).toEqual(objects.map(([name]) => name).sort());
  for (const [name, of] of versions) {
    const found = storage.versions('photos', name);
    expect(found.map(({ versionId, deleteMarker }) => [versionId, deleteMarker === true])).toEqual(
      of.map(({ id, text }) => [id, text === undefined]),
    );
    for (const { id, text } of of) {
      if (text !== undefined) expect((await storage.read('photos', name, id)).toString()).toBe(text);
    }
  }
}

/** Takes the steps one by one, and compares after each. */
async function run(storage: Storage, steps: readonly Step[]): Promise<Model> {
  const model: Model = { versioning: undefined, keys: new Map(), removals: 0 };
  let removals = 0;
  const onEvent = ({ eventName }: { eventName: string }) => {
    if (eventName === 'ObjectRemoved:DeleteObject') removals += 1;
  };
  const service = { storage, now: Date.now, onEvent, region: 'r', accountId: '1' };
  const call = { service, bucketName: 'photos', key: '', requestId: '', sourceAddress: '' } as unknown as OssCall;
  storage.saveBucket({ name: 'photos', created: 1, acl: 'private', styles: [] });
  for (const taken of steps) {
    const made = await take(call, model, taken);
    const enabled = model.versioning === 'Enabled';
    if (made !== undefined && taken.do !== 'append') expect(made === 'null').toBe(!enabled);
    apply(model, taken, made);
    await holds(storage, model);
    expect(removals).toBe(model.removals);
  }
  return model;
}

describe('any sequence of steps leaves what the model has', () => {
  test('in memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => void (await run(memoryStorage(), steps))),
      { numRuns: 150 },
    );
  });

  test('in a directory that is read again', async () => {
    const root = await mkdtemp(join(tmpdir(), 'local-oss-versions-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        runs += 1;
        const directory = join(root, String(runs));
        const model = await run(directoryStorage(directory), steps);
        await holds(directoryStorage(directory), model);
      }),
      { numRuns: 20 },
    );
  });
});

test('a version id looks like those of OSS, and no two are the same', () => {
  const ids = Array.from({ length: 200 }, () => newVersionId(Date.UTC(2026, 10, 29)));
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) expect(id).toMatch(/^CAEQ[\w.]{60}$/);
});
