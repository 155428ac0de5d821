// What is on the bench: a stored picture, the style, and what OSS makes of both. It stays while other views are shown;
// the address has the picture and the style, so that a link or a reload brings them back.
import { batch, computed, effect, signal } from '@preact/signals';
import type { LintContext } from '../../../style/lint/finding.js';
import { lintStyle } from '../../../style/lint.js';
import type { ObjectList } from '../../studio/listed.js';
import { firstBucket, loadBuckets } from '../buckets.js';
import { onEntries } from '../live.js';
import { isSameObject, isSendable, type ObjectName } from '../object-name.js';
import { linkTo, place } from '../place.js';
import { call, ServerError } from '../server.js';
import { type Bench, type Form, shaped, typed } from './bench.js';
import { newestWins } from './newest.js';
import { fetchShown, release, type Shown } from './shown.js';
import { presets } from './starts.js';

export const picture = signal<ObjectName | undefined>(undefined);
export const bench = signal<Bench>(typed(presets.avatar));
export const original = signal<Shown | ServerError | undefined>(undefined);
/** The last picture, or text, that OSS made. */
export const result = signal<Shown | undefined>(undefined);
/** Why OSS made nothing of the style as it is now. */
export const refusal = signal<ServerError | undefined>(undefined);
/** Whether OSS is asked for the result. */
export const working = signal(false);

export const context = computed<LintContext>(() => {
  const [suffix] = /\.[^./]+$/.exec(picture.value?.key ?? '') ?? [];
  return suffix === undefined ? {} : { sourceSuffixes: [suffix] };
});
export const findings = computed(() => lintStyle(bench.value.text, context.value));

export function type(text: string): void {
  bench.value = typed(text, bench.value);
}

export function shape(form: Form): void {
  bench.value = shaped(form);
}

interface Question {
  readonly picture: ObjectName;
  /** Undefined: the picture as it is stored. */
  readonly style?: string | undefined;
}

const isOnBench = (question: Question) => isSameObject(question.picture, picture.value);

function asking(
  answered: (shown: Shown) => void,
  failed: (error: ServerError) => void,
  busy: (busy: boolean) => void = () => {},
) {
  return newestWins<Question, Shown>({
    run: ({ picture: { bucket, key }, style }) => fetchShown(bucket, key, style),
    answered(question, shown) {
      if (isOnBench(question)) answered(shown);
      else release(shown);
    },
    failed(question, error) {
      if (!(error instanceof ServerError)) throw error;
      if (isOnBench(question)) failed(error);
    },
    busy,
  });
}

const askOriginal = asking(
  (shown) => {
    release(original.value);
    original.value = shown;
  },
  (error) => {
    release(original.value);
    original.value = error;
  },
);
const askResult = asking(
  (shown) => {
    batch(() => {
      release(result.value);
      result.value = shown;
      refusal.value = undefined;
    });
  },
  (error) => (refusal.value = error),
  (busy) => (working.value = busy),
);

// Counts how often the picture on the bench was stored anew; what is heard at first was before.
const stored = signal(0);
const begun = Date.now();
onEntries((entries) => {
  const now = picture.peek();
  const news = entries.some((entry) => entry.at > begun && entry.kind === 'object' && isSameObject(entry, now));
  if (news) stored.value += 1;
});

/** Puts the first picture that rules listen to on the bench, if nothing else is there by then. */
async function takeFirst(): Promise<void> {
  await loadBuckets();
  const { name: bucket, listens = [] } = firstBucket.value ?? {};
  if (bucket === undefined || listens.length === 0) return;
  const request = { bucket, prefix: listens[0] ?? '', folders: false };
  const list = await call<ObjectList>('objects', request).catch(() => undefined);
  const found = list?.objects.find(({ key }) => /\.(?:jpe?g|png|webp|gif|avif|bmp)$/i.test(key) && isSendable(key));
  if (found !== undefined && picture.peek() === undefined) picture.value = { bucket, key: found.key };
}

/** Begins to follow the address and the style; the function that is returned ends it. */
export function startBench(): () => void {
  const ends = [
    effect(() => {
      const { view, query } = place.value;
      if (view !== 'style') return;
      const [bucket, key, style] = ['bucket', 'key', 'style'].map((name) => query.get(name));
      batch(() => {
        const now = picture.peek();
        if (bucket && key && !isSameObject({ bucket, key }, now)) {
          picture.value = { bucket, key };
          release(result.peek());
          result.value = undefined;
          refusal.value = undefined;
        }
        if (style && style !== bench.peek().text) bench.value = typed(style);
      });
    }),
    effect(() => {
      void stored.value;
      if (picture.value !== undefined) askOriginal({ picture: picture.value });
    }),
    effect(() => {
      void stored.value;
      const { text } = bench.value;
      if (picture.value === undefined) return;
      history.replaceState(null, '', linkTo('style', { ...picture.value, style: text }));
      if (text !== '') askResult({ picture: picture.value, style: text });
    }),
  ];
  if (picture.peek() === undefined) void takeFirst();
  return () => {
    for (const end of ends) end();
  };
}
