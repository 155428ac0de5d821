// What OSS answers for a picture, with a style or as it is stored: ready to be shown.
import { answered, askOss } from '../server.js';

export interface Shown {
  /** Of the bytes, in this page. To be released. */
  readonly url: string;
  readonly type: string;
  readonly bytes: number;
  /** From the request to the last byte. */
  readonly ms: number;
  readonly style: string | undefined;
  /** Pixels, as the browser shows them; undefined where it cannot. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** An answer that is no picture. */
  readonly text: string | undefined;
}

/** @throws {ServerError} OSS's refusal */
export async function fetchShown(bucket: string, key: string, style: string | undefined): Promise<Shown> {
  const begun = performance.now();
  const query = style === undefined ? undefined : { 'x-oss-process': style };
  const response = await askOss({ method: 'GET', bucket, key, query });
  const blob = await answered(response.blob());
  const ms = performance.now() - begun;
  const type = blob.type.split(';', 1)[0] ?? '';
  const isText = type === 'application/json' || type.startsWith('text/');
  const text = isText ? await blob.text() : undefined;
  const url = URL.createObjectURL(blob);
  return { url, type, bytes: blob.size, ms, style, text, size: isText ? undefined : await sizeOf(url) };
}

export function release(shown: Shown | Error | undefined): void {
  if (shown !== undefined && 'url' in shown) URL.revokeObjectURL(shown.url);
}

async function sizeOf(url: string): Promise<Shown['size']> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    return undefined;
  }
}
