// Where an object is fetched: the base URL of its bucket, and its key as OSS decodes it.
import { refuse } from './refuse.js';

/**
 * The base URL of a bucket, with a slash at its end.
 * @throws {TypeError} for anything but an absolute http or https URL without a query
 */
export function baseOf(baseUrl: string): (bucket: string) => string {
  const of = (bucket: string) => {
    const text = String(baseUrl).replaceAll('{bucket}', bucket);
    if (/^https?:\/\/[^\s{}?#@\\]+$/i.test(text)) {
      try {
        return new URL(text).href.replace(/\/*$/, '/');
      } catch {}
    }
    return refuse('options.baseUrl', 'an http(s) URL, perhaps with {bucket}');
  };
  of('bucket');
  return of;
}

/**
 * Percent-encoded but for letters, digits, `-._~` and the slash, so that no client, no srcset and no attribute of HTML
 * takes a part of it for anything else.
 */
export function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
