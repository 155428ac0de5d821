// The uploads that this page has heard of, from its start on; other views show those of their objects.
import { computed, signal } from '@preact/signals';
import { onEntries } from '../live.js';
import { cardsOf } from './cards.js';
import { noUploads, withEntries } from './uploads.js';

const seen = signal(noUploads);
onEntries((entries) => {
  seen.value = withEntries(seen.peek(), entries);
});

/** The newest first. */
export const cards = computed(() => cardsOf(seen.value));
