// What the rules in force make of the upload that is typed in, asked for a moment after the last key.
import { signal } from '@preact/signals';
import type { ExplainedUpload } from '../../studio/tools.js';
import { afterPause } from '../after-pause.js';
import { call, ServerError } from '../server.js';

/** Undefined: nothing is tried. */
export const tried = signal<ExplainedUpload | undefined>(undefined);

/** Milliseconds without a key. */
const pause = 150;

/** Tries an upload; the function that is returned gives it up. */
export function tryUpload(bucket: string, key: string, size: number | undefined): () => void {
  return afterPause(pause, async (signal) => {
    try {
      tried.value = await call<ExplainedUpload>('explain', { bucket, key, size }, signal);
    } catch (error) {
      if (!signal.aborted && error instanceof ServerError) tried.value = undefined;
    }
  });
}
