import { describe, expect, it } from 'vitest';
import { keptApart } from '../../../src/check/rules/kept-apart.js';
import { loadConfig } from '../../../src/rules/load.js';

const found = (when: object, to: object, most = 9) =>
  keptApart(
    loadConfig({ journal: 'throw', rules: [{ name: 'a', when, outputs: [{ style: 'image/resize,w_9', to }] }] }, {}),
    most,
  );

describe('keptApart', () => {
  it.each([
    [{ bucket: 'photos' }, { bucket: 'photos-out', key: '{key}' }, undefined],
    [{ bucket: 'photos', prefix: 'in/' }, { key: 'out/{name}' }, ['prefix']],
    [{ bucket: 'photos', suffix: ['.jpg'] }, { key: '{key}.webp' }, ['suffix']],
    [{ bucket: 'photos', exclude: ['out/'] }, { key: 'out/{name}' }, ['exclude']],
    [{ bucket: 'photos', prefix: 'in/', suffix: ['.jpg'] }, { key: 'out/{name}.webp' }, ['prefix', 'suffix']],
    [{ bucket: 'photos', prefix: 'in/', exclude: ['in/out/'] }, { key: 'in/out/{name}' }, ['exclude']],
  ])('of %j and %j', (when, to, by) => {
    const expected = by === undefined ? [] : [{ path: 'rules[0].outputs[0]', rule: 'a', by }];
    expect(found(when, to)).toEqual(expected);
  });

  it('stops at the number that is asked for', () => {
    expect(found({ bucket: ['photos', 'more'], prefix: 'in/' }, { key: 'out/{name}' }, 1)).toHaveLength(1);
  });
});
