// Where the derivatives of a source are, without asking anyone: for front ends and back ends, in browsers, workers and
// Node.js. It matches and fills in templates by the function's own code. `npm run build` makes a library of this file,
// lib/derivatives.*, whose types are the exports here: all that they name stands in this file.
import type { ObjectName } from '../oss/object-name.js';
import { targetOf } from '../pipeline/target.js';
import { asksFor, takesSize, verdict } from '../rules/conditions.js';
import { type Environment, rulesOf } from './read-rules.js';
import { refuse } from './refuse.js';
import { resultOf } from './style-result.js';
import { urlOf } from './url.js';

export interface DerivativesOptions {
  /**
   * Where the derivatives can be fetched, such as `https://cdn.example.com`; `{bucket}` in it becomes the bucket of
   * each. Without it there are no URLs, no `sources` and no `src`.
   */
  readonly baseUrl?: string | undefined;
  /** Of the source, in bytes: for rules that look at it. */
  readonly size?: number | undefined;
  /** Of the source, as OSS answers it, with or without quotes: for keys with `{etag}`. */
  readonly etag?: string | undefined;
  /** When the source was stored (a Date, ISO 8601 or epoch milliseconds): for keys with a date, which is UTC. */
  readonly time?: Date | string | number | undefined;
  /** What `env(NAME)` in the configuration stands for; without it `process.env`, where there is one. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What is made of a source: as a whole, for `<picture>` and `<img>`, and one by one; or why there is nothing. */
export interface Derivatives extends Picture {
  readonly source: string;
  /** The rule that takes the source. */
  readonly rule?: string | undefined;
  /** Why no rule takes it. `empty`: it has no bytes. `size-unknown`: that depends on `size`, which is not given. */
  readonly reason?: 'no-rule' | 'empty' | 'size-unknown' | undefined;
  /** In the order of the rule's outputs. */
  readonly derivatives: readonly Derivative[];
  /** The outputs of the rule that have no target. */
  readonly refused: readonly RefusedOutput[];
}

export interface Derivative {
  /** `oss://bucket/key`, never percent-encoded; also in its two parts. */
  readonly target: string;
  readonly bucket: string;
  readonly key: string;
  readonly url?: string | undefined;
  readonly style: string;
  /** Such as `image/webp`: of the style's format, else of the source's extension. Absent where neither tells it. */
  readonly type?: string | undefined;
  /** In pixels, if the style says it. It is an upper bound: OSS enlarges no source, unless `limit_0` says so. */
  readonly width?: number | undefined;
}

export interface RefusedOutput {
  readonly style: string;
  /** `MissingVariable`: its key needs `etag` or `time`, which is not given. */
  readonly code: 'InvalidSourceKey' | 'MissingVariable' | 'InvalidTargetKey' | 'TargetIsSource' | 'WouldStartItself';
  /** What is wrong with the key: `is longer than 1023 bytes`; or the variable that is missing; or the rule. */
  readonly detail: string;
  /** Where it would be saved. */
  readonly target?: { readonly bucket: string; readonly key: string };
}

/** The same picture in several types and widths. */
export interface Picture {
  /** One for each type, best first: `Object.assign(document.createElement('source'), source)`. */
  readonly sources: readonly PictureSource[];
  /** For `<img>`, in the type that most programs read: the widest whose width is known. */
  readonly src?: string | undefined;
}

export interface PictureSource {
  readonly type?: string;
  /** `https://… 320w, https://… 640w`; one URL alone where no width is known. */
  readonly srcset: string;
}

/**
 * The derivatives of a source by the rules that made them.
 * @param config what `defineConfig` takes, or the same as JSON; `journal` may be left out. It is read at the first call
 *   and remembered, so do not change it afterwards; with another object as `env` it is read again.
 * @param source `oss://bucket/key`, never percent-encoded
 * @throws {TypeError} for a configuration that cannot be read (where is in its message), a variable that is not set,
 *   and wrong arguments. Whether the rules are wise is not looked at: `npm run check` does that.
 */
export function derivatives(
  config: { readonly rules: readonly object[] },
  source: string,
  options: DerivativesOptions = {},
): Derivatives {
  const { baseUrl, size, etag, time, env = environment } = options;
  const [, bucket = '', key = ''] = /^oss:\/\/([^/]+)\/(.+)$/s.exec(source) ?? refuse('source');
  if (!Number.isInteger(size ?? 0)) refuse('options.size');
  if (baseUrl !== undefined) urlOf(baseUrl, bucket, '');
  const rules = rulesOf(config, env);

  const known = { bucket, key, etag: etag?.toUpperCase(), time: time ?? undefined };
  const taken = verdict(
    rules.find((rule) => asksFor(rule, bucket, key) && takesSize(rule, size)),
    size ?? undefined,
  );
  if ('reason' in taken) return { source, ...taken, derivatives: [], refused: [], sources: [] };
  const { outputs, name } = taken.rule;
  const made: Derivative[] = [];
  const refused: RefusedOutput[] = [];
  const starts = (target: ObjectName) => rules.find((rule) => asksFor(rule, target.bucket, target.key));
  for (const output of outputs) {
    const { style } = output;
    const target = targetOf(known, taken.rule, output, starts);
    if ('code' in target) refused.push({ style, ...target });
    else {
      const url = baseUrl && urlOf(baseUrl, target.bucket, target.key);
      made.push({ target: `oss://${target.bucket}/${target.key}`, ...target, url, style, ...resultOf(style, key) });
    }
  }
  return { source, rule: name, derivatives: made, refused, ...pictureOf(made) };
}

const environment: Environment = (globalThis as { readonly process?: { env?: Environment } }).process?.env ?? {};

/**
 * What a page can show. The browser takes the first that it knows, so the smallest of equal pictures come first, HEIC
 * before all, since hardly any browser knows it: `src` is of the last.
 */
const shown = ['heic', 'avif', 'webp', 'jpeg', 'png', 'gif', 'bmp', undefined];

/**
 * Some derivatives as one picture. `derivatives()` has that of all; where the outputs of a rule show different things,
 * such as a square and the whole, choose those that show the same.
 */
export function pictureOf(chosen: readonly Derivative[]): Picture {
  const sources: PictureSource[] = [];
  let src: string | undefined;
  for (const name of shown) {
    const type = name && `image/${name}`;
    const urls = new Map<number, string>();
    for (const { url, width = 0, ...one } of chosen)
      if (url && one.type === type && !urls.has(width)) urls.set(width, url);
    const widths = [...urls.keys()].sort((a, b) => a - b);
    const widest = urls.get(widths.at(-1) ?? 0);
    if (!widest) continue;
    if (type || !src) src = widest;
    // A srcset with widths has one for each of its URLs, and no width twice.
    const sized = widths.filter((width) => width).map((width) => `${urls.get(width)} ${width}w`);
    sources.push({ ...(type && { type }), srcset: sized.join(', ') || widest });
  }
  return { sources, src };
}
