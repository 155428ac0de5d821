// Where an object is fetched: the base URL of its bucket, and its key as OSS decodes it.
import { refuse } from './refuse.js';

/**
 * The URL of an object. Of its key, all but letters, digits, `-._~` and the slash is percent-encoded, so that no
 * client, no srcset and no attribute of HTML takes a part of it for anything else.
 * @throws {TypeError} for a base that is not an absolute http or https URL without a query
 */
export function urlOf(baseUrl: string, bucket: string, key: string): string {
  const base = baseUrl.replaceAll('{bucket}', bucket);
  if (!/^https?:\/\/[^\s{}?#@\\]+$/i.test(base)) refuse('options.baseUrl');
  const encoded = encodeURI(key).replace(/[^\w%/.~-]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return new URL(base).href.replace(/\/*$/, '/') + encoded;
}
