// What is saved under the key of one version, and may be of another: whether it goes.
import { describe, expect, it } from 'vitest';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { ossError } from '../support/memory-oss.js';
import { journal, start, world } from '../support/world.js';

const ruleOf = (name: string, buckets: string[], key: string) => {
  return { name, when: { bucket: buckets }, outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key } }] };
};

/** Of a.jpg, AAA fails and waits, and BBB is saved; then `last` is stored, as an upload or as a late derivative. */
async function waiting(rules: readonly ReturnType<typeof ruleOf>[], last: string) {
  let bad = true;
  const index = indexRules(loadConfig({ journal, rules: [...rules] }, {}).rules);
  const one = world({ failing: () => (bad ? ossError() : undefined), over: { index } });
  const upload = async (uri: string, eTag: string, at: number) => {
    const [, bucket = '', key = ''] = /^oss:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    one.oss.store(uri, eTag, at);
    const oss = { bucket: { name: bucket }, object: { key, eTag, size: eTag.length } };
    await one.deliver({ eventName: 'ObjectCreated:PutObject', eventTime: new Date(at).toISOString(), oss });
  };
  await upload('oss://photos/a.jpg', 'AAA', start);
  bad = false;
  one.wait(1);
  await upload('oss://photos/a.jpg', 'BBB', start + 60_000);
  one.wait(1);
  if (last.startsWith('oss://out/')) one.oss.store(last, 'of BBB');
  else await upload(last, 'AAA', start + 120_000);
  one.wait(2);
  const made = one.oss.keys('oss://out/');
  await one.tick();
  expect(one.records()).toEqual([]);
  return { made, left: one.oss.keys('oss://out/') };
}

describe('a derivative whose key names a former version', () => {
  it.each([
    ['another key', [ruleOf('r', ['photos'], '{etag}.webp')], 'oss://photos/b.jpg'],
    ['the same name in another folder', [ruleOf('r', ['photos'], '{etag}/{file}')], 'oss://photos/b/a.jpg'],
    ['another bucket', [ruleOf('r', ['photos', 'scans'], '{etag}/{key}')], 'oss://scans/a.jpg'],
    [
      'another rule',
      [ruleOf('r', ['photos'], '{etag}/{key}'), ruleOf('s', ['scans'], '{etag}/{key}')],
      'oss://scans/a.jpg',
    ],
  ])('stays where %s may be saved under it, too', async (_, rules, other) => {
    const { made, left } = await waiting(rules, other);
    expect(made).toHaveLength(2);
    expect(left).toEqual(made);
  });

  it.each([
    ['its key', [ruleOf('r', ['photos'], '{etag}/{key}')], 'oss://out/AAA/a.jpg'],
    ['bucket and key', [ruleOf('r', ['photos', 'scans'], '{etag}/{bucket}/{key}')], 'oss://out/AAA/photos/a.jpg'],
  ])('goes where it tells the source by %s', async (_, rules, late) => {
    const { made, left } = await waiting(rules, late);
    expect(made).toContain(late);
    expect(left).toEqual(made.filter((uri) => uri !== late));
  });
});
