import { describe, expect, it } from 'vitest';
import { locationText, parseLocation } from '../../src/reconcile/location.js';

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
