import { describe, expect, it } from 'vitest';
import { heardScopes, refuseUnheard } from '../../src/reconcile/listeners.js';
import { parseLocation } from '../../src/reconcile/location.js';
import { loadConfig } from '../../src/rules/load.js';

const rule = (name: string, bucket: string, prefix: string | string[]) => ({
  name,
  when: { bucket, prefix },
  outputs: [{ style: 'image/resize,w_10', to: { bucket: 'out', key: '{key}' } }],
});
const load = (...rules: object[]) => loadConfig({ journal: { bucket: 'journal', prefix: '' }, rules }, {});
const config = load(rule('avatars', 'photos', 'avatars/'), rule('news', 'press', ['a/', 'b/']));
const ask = (selected: string | undefined, ...locations: string[]) =>
  refuseUnheard(locations.map(parseLocation), { rule: selected }, config);

describe('refuseUnheard', () => {
  it.each([
    [undefined, 'oss://photos'],
    [undefined, 'oss://photos/ava'],
    [undefined, 'oss://photos/avatars/2026/'],
    [undefined, 'oss://press/b/c'],
    ['news', 'oss://press'],
  ])('lets pass what a rule listens to: --rule %s %s', (selected, location) => {
    expect(() => ask(selected, location)).not.toThrow();
  });

  it.each([
    [
      undefined,
      ['oss://photos/avatar-s/'],
      1,
      /^oss:\/\/photos\/avatar-s\/: no rule listens there, only to oss:\/\/photos\/avatars\/, oss:\/\/press\/a\/, oss:\/\/press\/b\/$/,
    ],
    [undefined, ['oss://photos', 'oss://nowhere', 'oss://out/a/'], 1, /^oss:\/\/nowhere\/ oss:\/\/out\/a\/: no rule/],
    [
      'news',
      ['oss://photos'],
      1,
      /: the rule news does not listen there, only to oss:\/\/press\/a\/, oss:\/\/press\/b\/$/,
    ],
    ['new', ['oss://photos'], 2, /^--rule new: there is no such rule; expected avatars, news$/],
  ])('refuses others: --rule %s %j', (selected, locations, exitCode, message) => {
    expect(() => ask(selected, ...locations)).toThrow(
      expect.objectContaining({ exitCode, message: expect.stringMatching(message) }),
    );
  });

  it('names ten places at most', () => {
    const many = load(...Array.from({ length: 30 }, (_, at) => rule(`r${at}`, 'photos', `p${at}/`)));
    expect(() => refuseUnheard([parseLocation('oss://photos/q')], {}, many)).toThrow(
      /oss:\/\/photos\/p\d+\/ and 20 others$/,
    );
  });

  it('looks at what the deployed rules listen to as well', () => {
    const narrow = { ...config, envelope: load(rule('deployed', 'photos', 'other/')) };
    expect(() => refuseUnheard([parseLocation('oss://photos/avatars/')], {}, narrow)).toThrow('no rule listens there');
  });
});

describe('heardScopes', () => {
  const heard = (selected: string | undefined, ...locations: string[]) =>
    heardScopes(locations.map(parseLocation), { rule: selected }, config).map(
      ({ bucket, prefix }) => `oss://${bucket}/${prefix}`,
    );

  it.each([
    [undefined, ['oss://photos'], ['oss://photos/avatars/']],
    [undefined, ['oss://photos/avatars/2026/'], ['oss://photos/avatars/2026/']],
    [undefined, ['oss://press', 'oss://photos/ava'], ['oss://press/a/', 'oss://press/b/', 'oss://photos/avatars/']],
    ['news', ['oss://photos', 'oss://press/b/c'], ['oss://press/b/c']],
    [undefined, ['oss://nowhere'], []],
  ])('are the parts where rules listen: --rule %s %j', (selected, locations, expected) => {
    expect(heard(selected, ...locations)).toEqual(expected);
  });

  it('keep their range of keys', () => {
    const range = { bucket: 'photos', prefix: '', after: 'avatars/a', through: 'avatars/b' };
    expect(heardScopes([range], {}, config)).toEqual([{ ...range, prefix: 'avatars/' }]);
  });
});
