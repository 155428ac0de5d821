// What the uploader does to one key, and how each version looks from outside: to an event, and to a HEAD.
import type { SourceState } from '../../src/pipeline/settle.js';

/**
 * One letter a write: the same letter is the same bytes, upper case can be processed, lower case never will be; `-`
 * deletes. So `ABA` is a write, an overwrite, and the first bytes again. Where there are versions, `-` sets a delete
 * marker, and `<` deletes the newest version or delete marker: what was there before it is back.
 */
export type Script = string;

export interface Uploads {
  readonly script: Script;
  /** Between two writes or deletes, milliseconds. */
  readonly spacing: number;
  readonly versioned: boolean;
}

export const good = (bytes: string): boolean => bytes !== '' && bytes !== '-' && bytes === bytes.toUpperCase();

/** What the source holds after the first `done` steps; empty when it is not there. */
export function bytesAfter({ script }: Pick<Uploads, 'script'>, done: number): string {
  const last = script[newestAfter(script, done) - 1] ?? '-';
  return last === '-' ? '' : last;
}

/** Which step, from 1, made what is newest after the first `done` steps; 0: none. */
function newestAfter(script: Script, done: number): number {
  const kept: number[] = [];
  for (let step = 1; step <= done; step += 1) {
    if (script[step - 1] === '<') kept.pop();
    else kept.push(step);
  }
  return kept.at(-1) ?? 0;
}

/** Whether a step deletes: its event is a removal. */
export const deletes = (step: string | undefined): boolean => step === '-' || step === '<';

/** What the event of a write tells; its time is not exactly when OSS stored the bytes. */
export function told({ script, spacing }: Uploads, write: number): SourceState {
  return { version: { etag: script[write] ?? '', modified: write * spacing + 400, from: 'event' } };
}

/** What a HEAD answers after the first `done` steps. Last-Modified has whole seconds. */
export function seenAfter(uploads: Uploads, done: number): SourceState {
  const etag = bytesAfter(uploads, done);
  if (etag === '') return 'absent';
  const step = newestAfter(uploads.script, done);
  const modified = Math.floor(((step - 1) * uploads.spacing) / 1000) * 1000;
  return { version: { ...(uploads.versioned ? { id: `v${step}` } : {}), etag, modified, from: 'head' } };
}

/**
 * Every script of `length` steps, up to the names of the letters: each write brings bytes that were there before, new
 * ones, or ones that cannot be processed. Deleting what is not there raises no event, so it is left out.
 * @param versioned with the deletion of versions
 */
export function scriptsOf(length: number, versioned = false): Script[] {
  if (length === 0) return [''];
  return scriptsOf(length - 1, versioned).flatMap((start) => {
    const used = [...new Set(start.replaceAll(/[-x<]/g, ''))];
    const fresh = String.fromCharCode('A'.charCodeAt(0) + used.length);
    const there = bytesAfter({ script: start }, start.length) !== '';
    const kept = versioned && newestAfter(start, start.length) > 0;
    return [...used, fresh, 'x', ...(there ? ['-'] : []), ...(kept ? ['<'] : [])].map((step) => start + step);
  });
}
