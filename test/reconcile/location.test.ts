import { describe, expect, it } from 'vitest';
import { locationText, parseLocation, parseManifest } from '../../src/reconcile/location.js';

describe('parseLocation', () => {
  it.each([
    ['oss://photos/avatars/', { bucket: 'photos', prefix: 'avatars/' }],
    ['oss://photos/a b+目/x%20', { bucket: 'photos', prefix: 'a b+目/x%20' }],
    ['oss://photos/', { bucket: 'photos', prefix: '' }],
  ])('%s', (text, range) => {
    expect(parseLocation(text)).toEqual(range);
    expect(locationText(range)).toBe(text);
  });

  it('takes a bucket alone for all of it', () => {
    expect(parseLocation('oss://photos')).toEqual({ bucket: 'photos', prefix: '' });
  });

  it.each(['photos/avatars', 'oss://', 'oss:///a', 'oss://A/b', 'https://photos/a', ''])('refuses %j', (text) => {
    expect(() => parseLocation(text)).toThrow(/expected oss:\/\/BUCKET\/PREFIX/);
  });
});

describe('parseManifest', () => {
  it('takes the manifest of an inventory, and nothing else', () => {
    const key = 'photos/daily/2026-11-22T00-00Z/manifest.json';
    expect(parseManifest(`oss://lists/${key}`)).toEqual({ bucket: 'lists', key });
    for (const text of ['oss://lists/', 'oss://lists/a/data.csv.gz', 'oss://lists/amanifest.json']) {
      expect(() => parseManifest(text)).toThrow(/expected oss:\/\/BUCKET\/…\/manifest\.json/);
    }
  });
});
