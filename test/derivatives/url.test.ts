import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../../src/derivatives/url.js';
import { startOss } from '../local/oss/fixture.js';

describe('a base URL', () => {
  it.each([
    ['https://cdn.example.com', 'https://cdn.example.com/'],
    ['https://cdn.example.com/', 'https://cdn.example.com/'],
    ['HTTP://CDN.example.com:8080/a/b', 'http://cdn.example.com:8080/a/b/'],
    ['https://{bucket}.oss-cn-hangzhou.aliyuncs.com', 'https://photos.oss-cn-hangzhou.aliyuncs.com/'],
    ['http://127.0.0.1:9000/{bucket}', 'http://127.0.0.1:9000/photos/'],
    ['http://[::1]:9000/{bucket}/', 'http://[::1]:9000/photos/'],
    ['https://图片.example', 'https://xn--wcsw84d.example/'],
  ])('%s', (baseUrl, expected) => {
    expect(urlOf(baseUrl, 'photos', '')).toBe(expected);
  });

  it.each<[unknown]>([
    ['cdn.example.com'],
    ['//cdn.example.com'],
    ['/pictures'],
    [''],
    [null],
    [5],
    ['https:cdn.example.com'],
    ['https://'],
    ['ftp://cdn.example.com'],
    ['javascript://cdn.example.com/%0aalert(1)'],
    ['https://cdn.example.com?token=1'],
    ['https://cdn.example.com/?'],
    ['https://cdn.example.com/#a'],
    ['https://user:secret@cdn.example.com'],
    ['https://cdn.example.com/{key}'],
    ['https://cdn.example.com/{bucket'],
    [' https://cdn.example.com'],
    ['https://cdn.example.com/a b'],
    ['https://cdn.example.com:99999'],
  ])('is not %j, and the message does not repeat it', (baseUrl) => {
    expect(() => urlOf(baseUrl as string, 'photos', '')).toThrow(TypeError);
    expect(() => urlOf(baseUrl as string, 'photos', '')).not.toThrow(/example|5/);
  });
});

const encodedKey = (key: string) => urlOf('https://cdn.example.com', '', key).slice('https://cdn.example.com/'.length);

describe('a key in a URL', () => {
  it.each([
    ['a/b.jpg', 'a/b.jpg'],
    ['1+1=2', '1%2B1%3D2'],
    ['a b?c#d&e', 'a%20b%3Fc%23d%26e'],
    ['100%25', '100%2525'],
    ['目录/🦉.jpg', '%E7%9B%AE%E5%BD%95/%F0%9F%A6%89.jpg'],
    [`"it's"<(!*)>,\\`, '%22it%27s%22%3C%28%21%2A%29%3E%2C%5C'],
    ['a//b', 'a//b'],
    ['a\tb\nc', 'a%09b%0Ac'],
    ['-._~', '-._~'],
  ])('%j', (key, expected) => {
    expect(encodedKey(key)).toBe(expected);
  });

  it('is the key again once it is decoded, and survives a URL, a srcset and an attribute, for any key', () => {
    const dotSegment = /(?:^|\/)\.\.?(?:\/|$)/;
    const character = fc.integer({ min: 1, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const unit = fc.oneof(character, fc.constantFrom('/', '.', '%', '+', ' ', ',', '"'));
    const keys = fc.string({ unit, minLength: 1, maxLength: 100 }).filter((key) => key.isWellFormed());
    fc.assert(
      fc.property(
        keys.filter((key) => !dotSegment.test(key) && !key.startsWith('/')),
        (key) => {
          const encoded = encodedKey(key);
          expect(decodeURIComponent(encoded)).toBe(key);
          expect(new URL(`https://cdn.example.com/${encoded}`).pathname).toBe(`/${encoded}`);
          expect(encoded).toMatch(/^[\w.~/%-]+$/);
        },
      ),
    );
  });

  it('is how OSS reads it: what a client of the vendor has stored is there', async () => {
    const { client, port } = await startOss();
    await client().putBucketACL('photos', 'public-read');
    const base = `http://127.0.0.1:${port}/{bucket}`;
    const keys = [
      'a b',
      '1+1=2',
      '100%25',
      '%2e%2e/x',
      'what?',
      '#1&2',
      'x//y',
      `it's "q" <(!*)>,;:@$[]|^\``,
      'back\\slash',
      'tab\t',
      '目录/照片.jpg',
      '🦉',
      '...',
      'k'.repeat(1000),
    ];
    for (const key of keys) {
      await client().put(key, Buffer.from(key));
      const answer = await fetch(urlOf(base, 'photos', key));
      expect([answer.status, await answer.text()]).toEqual([200, key]);
    }
  });
});
