// The witness of chaos runs, held to speak up: one upload and its derivative as they must be, and then everything that
// can be wrong with them.
import { beforeAll, describe, expect, it } from 'vitest';
import { processImage } from '../../src/local/image/pipeline.js';
import type { Observed, SeenFault, SeenInvocation } from './observed.js';
import { chaosRules, type Labels } from './rules.js';
import { digest, makeVersions, type Version } from './script.js';
import { type Violation, verify } from './verify.js';

const rules = chaosRules(false);
const key = 'faces/a.png';
const target = 'out/faces/a.png.20.webp';
const style = 'image/resize,m_fill,w_20,h_20/format,webp';
const failed = 'photos-journal/autostyle/failed/permanent/faces/1.json';

let versions: Version[];
let derivatives: Buffer[];
beforeAll(async () => {
  versions = await makeVersions();
  const context = { readObject: async () => undefined, immBound: true, saving: true };
  derivatives = await Promise.all(
    versions.slice(0, 2).map(async ({ body }) => (await processImage(body, style, context)).body),
  );
});

interface World {
  /** `bucket/key` → content. */
  readonly stored: Map<string, Buffer | string>;
  /** By key, in the bucket of the targets. */
  readonly labels: Map<string, Labels>;
  readonly observed: Observed;
  settled: boolean;
}

const id = (nth: number): string => String(nth).padStart(24, '0');

function invocation(nth: number, over: Partial<SeenInvocation> = {}): SeenInvocation {
  return {
    at: nth,
    requestId: `fc-${nth}`,
    retryCount: 0,
    event: `{"key":"${key}","responseElements":{"requestId":"${id(nth)}"}}`,
    result: `{"source":"oss://photos/${key}"}`,
    errorType: undefined,
    ...over,
  };
}

/** Image 0 and then image 1 were uploaded, each was handled, and the derivative is of image 1. */
function well(): World {
  const put = (nth: number, version = versions[nth]) => ({
    at: nth,
    key,
    requestId: id(nth),
    ...(version && { put: version }),
  });
  return {
    stored: new Map([[`photos-out/${target}`, derivatives[1] ?? '']]),
    labels: new Map(),
    observed: {
      operations: [put(0), put(1)],
      calls: [],
      faults: [],
      drags: [],
      unmet: [],
      invocations: [invocation(0), invocation(1)],
      failures: [],
      lines: [],
    },
    settled: true,
  };
}

async function violationsIn({ stored, labels, observed, settled }: World): Promise<readonly Violation[]> {
  const store = {
    get: async (bucket: string, of: string) => {
      const found = stored.get(`${bucket}/${of}`);
      return found === undefined ? undefined : Buffer.from(found);
    },
    list: async (bucket: string, prefix: string) =>
      [...stored.keys()]
        .filter((uri) => uri.startsWith(`${bucket}/${prefix}`))
        .map((uri) => uri.slice(bucket.length + 1)),
  };
  const uploader = { ...store, labels: async (_: string, of: string) => labels.get(of) ?? { headers: {}, tags: {} } };
  return (await verify({ rules, versions, observed, uploader, settled })).violations;
}

async function complaints(world: World): Promise<string[]> {
  return (await violationsIn(world)).map(({ kind, message }) => `${kind}: ${message}`);
}

const record = (kind: string): string =>
  JSON.stringify({ kind, source: { bucket: 'photos', key }, target: { bucket: 'photos-out', key: target }, style });

const fault = (at: number, text: string): SeenFault => {
  return { at, fault: text, operation: 'ProcessObject', bucket: 'photos', key, target };
};

describe('verify', () => {
  it('finds nothing where all is well', async () => {
    expect(await complaints(well())).toEqual([]);
  });

  it.each<[string, (world: World) => void, RegExp]>([
    [
      'a derivative of an earlier version',
      ({ stored }) => stored.set(`photos-out/${target}`, derivatives[0] ?? ''),
      /^stale: .* must be of image-1: there is image-0$/,
    ],
    ['no derivative', ({ stored }) => stored.delete(`photos-out/${target}`), /^lost: .* nothing is there$/],
    [
      'a derivative of nothing that was uploaded',
      ({ stored }) => stored.set(`photos-out/${target}`, 'x'),
      /^stale: .* something else/,
    ],
    [
      'headers that were not asked for',
      ({ labels }) => labels.set(target, { headers: { 'cache-control': 'no-store' }, tags: {} }),
      /^stale: .* must be of image-1: its headers and tags are .*no-store.*, not \[\[\],\[\]\]$/,
    ],
    [
      'a derivative of a deleted source',
      ({ observed }) => {
        observed.operations.push({ at: 2, key, requestId: id(2) });
        observed.invocations.push(invocation(2));
      },
      /^stale: .* its source has been deleted$/,
    ],
    [
      'an object that no rule asks for',
      ({ stored }) => stored.set('photos-out/stray', 'x'),
      /^record: an object that no rule asks for$/,
    ],
    [
      'an object among the sources that no rule asks for',
      ({ stored }) => stored.set('photos/stray', 'x'),
      /^record: an object that no rule asks for$/,
    ],
    [
      'a derivative of a derivative',
      ({ observed }) =>
        observed.calls.push({ at: 2, operation: 'GetObject', bucket: 'photos', key: 'relayed/made/a', style }),
      /^record: a loop: /,
    ],
    [
      'a record without a cause',
      ({ stored }) => stored.set(failed, record('permanent')),
      /^record: .* nothing that happened explains it/,
    ],
    [
      'a record that should be due',
      ({ stored }) => stored.set(failed, record('transient')),
      /^record: .* does not belong under failed/,
    ],
    [
      'an upload that reached no invocation',
      ({ observed }) => observed.invocations.pop(),
      /^lost: .* reached no invocation$/,
    ],
    [
      'a delivery without an end',
      ({ observed }) => {
        observed.invocations.splice(1, 1, invocation(1, { errorType: 'UnhandledInvocationError' }));
      },
      /^lost: .* neither ended nor failed$/,
    ],
    [
      'a result that does not name its upload',
      ({ observed }) => {
        observed.invocations.splice(1, 1, invocation(1, { result: '{}' }));
      },
      /^lost: .* does not name it$/,
    ],
    [
      'a journal that never empties',
      (world) => {
        world.settled = false;
      },
      /^record: the journal still has something due/,
    ],
    [
      'a credential in the log',
      ({ observed }) => observed.lines.push('STS.0123456789abcdef01234567'),
      /^record: a credential was written/,
    ],
    [
      'a failure before the last version as the excuse of a stale derivative',
      ({ stored, observed }) => {
        stored.set(`photos-out/${target}`, derivatives[0] ?? '');
        stored.set(failed, record('permanent'));
        observed.faults.push(fault(0, 'process:wrong-json'));
      },
      /^stale: /,
    ],
  ])('finds %s', async (_, spoil, message) => {
    const world = well();
    spoil(world);
    const found = await complaints(world);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  // `left`: which image the deletion of a version leaves under the key.
  const deletion = (newest: boolean, left: number | undefined) => (world: World) => {
    const nth = world.observed.operations.length;
    const put = versions[left ?? -1];
    const versionDeleted = { id: `v${nth}`, newest };
    world.observed.operations.push({ at: nth, key, requestId: id(nth), versionDeleted, ...(put && { put }) });
    world.observed.invocations.push(invocation(nth));
  };
  const holds =
    (content: 'nothing' | 'x' | 0) =>
    ({ stored }: World) => {
      if (content === 'nothing') stored.delete(`photos-out/${target}`);
      else stored.set(`photos-out/${target}`, content === 0 ? (derivatives[0] ?? '') : content);
    };

  it.each<[string, ((world: World) => void)[], RegExp | undefined]>([
    [
      'the newest version goes and another is left',
      [deletion(true, 0)],
      /^stale: .* must be of image-0: there is image-1$/,
    ],
    ['the same, and the derivative follows', [deletion(true, 0), holds(0)], undefined],
    ['the same, and an older one goes after it', [deletion(true, 0), deletion(false, 0), holds(0)], undefined],
    ['the newest version goes and the derivative is missing', [deletion(true, 0), holds('nothing')], /^lost: /],
    ['the newest version goes and the derivative is of nothing', [deletion(true, 0), holds('x')], /^stale: .*else/],
    ['the newest version goes and nothing is left', [deletion(true, undefined)], /^stale: .* has been deleted$/],
    ['an older version goes', [deletion(false, 1)], undefined],
    ['an older version goes and the derivative is of it', [deletion(false, 1), holds(0)], /^stale: /],
  ])('wants the derivative of what is left, when %s', async (_, steps, message) => {
    const world = well();
    for (const step of steps) step(world);
    expect(await complaints(world)).toEqual(message === undefined ? [] : [expect.stringMatching(message)]);
  });

  describe('a relayed output', () => {
    const source = 'relayed/a.png';
    const relayed = 'relayed-out/relayed/a.png.webp';
    const of = (nth: number): Labels => {
      const version = digest(versions[nth]?.body ?? Buffer.alloc(0));
      const headers = {
        'cache-control': 'public, max-age=60',
        'content-disposition': "inline; filename*=UTF-8''a.png",
        'x-oss-meta-version': version,
        'x-oss-meta-source': source,
      };
      return { headers, tags: { version, source } };
    };

    /** As `well`, of a source below `relayed/`. */
    async function wellRelayed(): Promise<World> {
      const version = digest(versions[1]?.body ?? Buffer.alloc(0));
      const traced = { headers: { 'x-oss-meta-version': version, 'x-oss-meta-source': source }, tags: {} };
      const text = JSON.stringify(well().observed).replaceAll(key, source);
      const { invocations } = JSON.parse(text) as Observed;
      const observed = { ...well().observed, invocations };
      observed.operations.splice(0, 2, ...observed.operations.map((one) => ({ ...one, key: source })));
      const [body = Buffer.alloc(0), context] = [versions[1]?.body, { immBound: true, saving: false }];
      const made = async (style: string) =>
        (await processImage(body, style, { readObject: async () => undefined, ...context })).body;
      return {
        stored: new Map([
          [`photos-out/${relayed}`, await made('image/resize,w_17/format,webp')],
          [`photos-out/relayed-avif/${source}.avif`, await made('image/resize,m_fixed,w_8,h_8/format,avif')],
          [`photos-out/relayed-chip/${source}`, await made('image/resize,w_15/format,png')],
          [`photos/relayed/made/${source}.bmp`, await made('image/resize,m_fixed,limit_0,w_320,h_320/format,bmp')],
        ]),
        labels: new Map([
          [relayed, of(1)],
          [`relayed-chip/${source}`, traced],
          [`relayed/made/${source}.bmp`, traced],
        ]),
        observed,
        settled: true,
      };
    }

    it('has the picture, the headers and the tags of the last version', async () => {
      expect(await complaints(await wellRelayed())).toEqual([]);
    });

    it.each([
      ['headers', ({ labels }: World) => labels.set(relayed, { ...of(0), tags: of(1).tags })],
      ['tags', ({ labels }: World) => labels.set(relayed, { ...of(1), tags: of(0).tags })],
      ['neither, as saved by saveas', ({ labels }: World) => labels.delete(relayed)],
    ])('has the picture of the last version, and of another one the %s', async (_, spoil) => {
      const world = await wellRelayed();
      spoil(world);
      expect(await complaints(world)).toEqual([expect.stringMatching(/^stale: .* must be of image-1: its headers/)]);
    });

    it.each([
      ['its own GET', 'image/resize,w_17/format,webp', []],
      ['the GET of another output', 'style/chip', [expect.stringMatching(/^record: /)]],
    ])('fails because of a fault at %s', async (_, style, found) => {
      const world = await wellRelayed();
      world.stored.delete(`photos-out/${relayed}`);
      world.stored.set(
        failed,
        JSON.stringify({
          kind: 'setup',
          source: { bucket: 'photos', key: source },
          target: { bucket: 'photos-out', key: relayed },
        }),
      );
      const struck = { at: 2, bucket: 'photos', key: source, operation: 'GetObject', style };
      world.observed.faults.push({ ...struck, fault: 'any:403:0.003' });
      const lost = found.length === 0 ? [] : [expect.stringMatching(/^lost: /)];
      expect(await complaints(world)).toEqual([...lost, ...found]);
    });
  });

  it('accepts the last version’s own failure, on record and explained', async () => {
    const world = well();
    world.stored.set(`photos-out/${target}`, derivatives[0] ?? '');
    world.stored.set(failed, record('permanent'));
    world.observed.faults.push(fault(2, 'process:wrong-json'));
    expect(await complaints(world)).toEqual([]);
  });

  it('wants a record of what is no image, and leaves what was made before', async () => {
    const world = well();
    const bad = versions.find((version) => version.bad);
    if (bad === undefined) throw new Error('no bad version');
    world.observed.operations.push({ at: 2, key, put: bad, requestId: id(2) });
    world.observed.invocations.push(invocation(2));
    expect(await complaints(world)).toEqual([expect.stringMatching(/^lost: .* no record says so$/)]);
    world.stored.set(failed, record('permanent'));
    expect(await complaints(world)).toEqual([]);
  });
});
