// What the uploader does to one key, and how each version looks from outside: to an event, and to a HEAD.
import type { SourceState } from '../../src/pipeline/settle.js';

/**
 * One letter a write: the same letter is the same bytes, upper case can be processed, lower case never will be; `-`
 * deletes. So `ABA` is a write, an overwrite, and the first bytes again.
 */
export type Script = string;

export interface Uploads {
  readonly script: Script;
  /** Between two writes or deletes, milliseconds. */
  readonly spacing: number;
  readonly versioned: boolean;
}

export const good = (bytes: string): boolean => bytes !== '' && bytes !== '-' && bytes === bytes.toUpperCase();

/** What the source holds after the first `done` writes or deletes; empty when it is not there. */
export function bytesAfter({ script }: Uploads, done: number): string {
  const last = script[done - 1] ?? '-';
  return last === '-' ? '' : last;
}

/** What the event of a write tells; its time is not exactly when OSS stored the bytes. */
export function told({ script, spacing }: Uploads, write: number): SourceState {
  return { version: { etag: script[write] ?? '', modified: write * spacing + 400, from: 'event' } };
}

/** What a HEAD answers after the first `done` writes or deletes. Last-Modified has whole seconds. */
export function seenAfter(uploads: Uploads, done: number): SourceState {
  const etag = bytesAfter(uploads, done);
  if (etag === '') return 'absent';
  const modified = Math.floor(((done - 1) * uploads.spacing) / 1000) * 1000;
  return { version: { ...(uploads.versioned ? { id: `v${done}` } : {}), etag, modified, from: 'head' } };
}

/**
 * Every script of `length` steps, up to the names of the letters: each write brings bytes that were there before, new
 * ones, or ones that cannot be processed. Deleting what is not there raises no event, so it is left out.
 */
export function scriptsOf(length: number): Script[] {
  if (length === 0) return [''];
  return scriptsOf(length - 1).flatMap((start) => {
    const used = [...new Set(start.replaceAll(/[-x]/g, ''))];
    const fresh = String.fromCharCode('A'.charCodeAt(0) + used.length);
    const there = start !== '' && !start.endsWith('-');
    return [...used, fresh, 'x', ...(there ? ['-'] : [])].map((step) => start + step);
  });
}
