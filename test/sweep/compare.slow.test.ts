// Against the embedded OSS, over HTTP: how many requests a page of sources takes.
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/oss/limit.js';
import { loadConfig } from '../../src/rules/load.js';
import { compare } from '../../src/sweep/compare.js';
import type { PresentOss } from '../../src/sweep/present.js';
import { reconcileRules } from '../../src/sweep/reconcilable.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { clientOf } from '../oss/stub.js';

/** 1,000 sources, each in a folder of its own, so that `{dir}` scatters what else a template puts behind it. */
const sources = Array.from({ length: 1_000 }, (_, nth) => `in/${1_000 + nth}/photo.jpg`);

describe('the requests for a page of 1,000 sources', () => {
  it('are a few lists where targets lie together, and looks where they do not', async () => {
    const server = await startOss();
    server.oss.createBucket('busy');
    await using client = clientOf(server, { credentials: accessKey });
    const put = (bucket: string, keys: readonly string[]) =>
      inParallel(keys, 20, (key) => client.oss.putObject({ bucket, key, body: 'x' }));
    await put('photos', sources);
    // Every third derivative is missing.
    const made = sources.filter((_, nth) => nth % 3 !== 0);
    await put(
      'photos-out',
      made.map((key) => `${key}.128.webp`),
    );
    // Five other objects before each derivative: no four pages hold them all.
    await put(
      'busy',
      sources.flatMap((key) => Array.from({ length: 5 }, (_, nth) => `${key}.${nth}`)),
    );
    const { objects } = await client.oss.listObjects({ bucket: 'photos', prefix: '', limit: 1_000 });

    const asked = { list: 0, head: 0 };
    const counting: PresentOss = {
      listObjects(request) {
        asked.list += 1;
        return client.oss.listObjects(request);
      },
      headObject(object) {
        asked.head += 1;
        return client.oss.headObject(object);
      },
    };
    async function comparing(...outputs: [bucket: string, key: string][]) {
      const to = outputs.map(([bucket, key]) => ({ style: 'image/resize,w_1', to: { bucket, key } }));
      const when = { bucket: 'photos', prefix: 'in/', suffix: ['.jpg'] };
      const config = loadConfig({ journal: 'throw', rules: [{ name: 'r', when, outputs: to }] }, {});
      Object.assign(asked, { list: 0, head: 0 });
      const page = { bucket: 'photos', prefix: 'in/', objects, ordered: true };
      const compared = await compare(page, reconcileRules(config), {}, counting, 10);
      const states = compared.flatMap(({ targets }) => targets.map(({ state }) => state));
      const count = (state: string) => states.filter((one) => one === state).length;
      return { ...asked, missing: count('missing'), current: count('current') };
    }

    const one = { missing: 334, current: 666 };
    expect(await comparing(['photos-out', '{key}.128.webp'])).toEqual({ list: 1, head: 0, ...one });
    expect(await comparing(['photos-out', '{key}.128.webp'], ['photos-out', 'small/{key}'])).toEqual({
      list: 2,
      head: 0,
      ...one,
      missing: 1_334,
    });
    const none = { missing: 1_000, current: 0 };
    expect(await comparing(['busy', '{key}.webp'])).toEqual({ list: 4, head: 200, ...none });
    // The page itself tells that no two sources have one target.
    expect(await comparing(['busy', '{dir}{name}.webp'])).toEqual({ list: 4, head: 200, ...none });
  });
});
