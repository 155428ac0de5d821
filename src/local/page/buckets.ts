// The buckets of the embedded OSS, and where rules listen: for all views that have a bucket chosen.
import { computed, signal } from '@preact/signals';
import type { ListedBucket } from '../studio/listed.js';
import { call, type ServerError } from './server.js';

export const buckets = signal<readonly ListedBucket[]>([]);
export const bucketsError = signal<ServerError | undefined>(undefined);

/** The first that a rule listens to; else the first of all. */
export const firstBucket = computed(() => buckets.value.find(({ listens }) => listens.length > 0) ?? buckets.value[0]);

/** To be called when a view begins that needs them. */
export async function loadBuckets(): Promise<void> {
  try {
    buckets.value = await call<readonly ListedBucket[]>('buckets');
    bucketsError.value = undefined;
  } catch (error) {
    bucketsError.value = error as ServerError;
  }
}
