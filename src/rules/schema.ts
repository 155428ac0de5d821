// A configuration as a user writes it: the types, and `defineConfig` and `env` for TypeScript. shape.ts reads it, and
// load.ts checks what its parts mean together (names, targets, loops). Everyone's config.ts imports this file by name,
// and pages that show derivatives import that config.ts: so this file imports nothing.

/**
 * Names the environment variable that a text is taken from when the configuration is loaded; JSON uses the same shape.
 */
export interface EnvMarker {
  readonly env: string;
  readonly default?: string;
}

/** A text of the configuration: itself, or taken from the environment. */
export type Text = string | EnvMarker;

export interface ConfigInput {
  /**
   * Where the records of what could not be finished are written; 'throw' keeps no journal and lets FC retry. Then
   * nobody looks again once FC's retries are through: where an instance is killed in the middle of a call, and OSS
   * carries that call out after a newer one, the derivative stays of the former version until the next upload.
   */
  readonly journal: { readonly bucket: Text; readonly prefix: Text } | 'throw';
  /** They are tried in order; the first that matches an upload takes it. */
  readonly rules: readonly RuleInput[];
}

export interface RuleInput {
  readonly name: string;
  readonly when: {
    readonly bucket: Text | readonly Text[];
    readonly prefix?: Text | readonly Text[];
    /** Upper and lower case of ASCII letters count as the same. */
    readonly suffix?: readonly string[];
    /** Prefixes of keys that the rule leaves alone. */
    readonly exclude?: readonly string[];
    /** In bytes, both inclusive. */
    readonly size?: { readonly min?: number; readonly max?: number };
  };
  /** 'remove': when a source is deleted, its derivatives are deleted too. Without it they stay. */
  readonly onDelete?: 'remove';
  readonly outputs: readonly OutputInput[];
}

export interface OutputInput {
  /** `image/…`, `style/NAME`, or an object that renders one. */
  readonly style: string | { toString(): string };
  /** Without a bucket: the bucket of the upload. */
  readonly to: { readonly bucket?: Text; readonly key: string };
  /** Of the derivative. */
  readonly headers?: HeadersInput;
  /** Tags of the derivative, at most 10. The values are templates; what a tag cannot hold becomes `_`. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Headers of a derivative, in upper or lower case. The values are templates with the variables of keys, whose values
 * are percent-encoded, as `attachment; filename*=UTF-8''{file}` takes them. Expires is a date such as
 * `Thu, 01 Jan 2032 00:00:00 GMT`; the names of metadata go on with a-z 0-9 -.
 */
export type HeadersInput = Readonly<Partial<Record<HeaderName | Lowercase<HeaderName>, string>>> & {
  readonly [metadata: `x-oss-meta-${string}`]: string;
};
type HeaderName = 'Cache-Control' | 'Content-Disposition' | 'Content-Language' | 'Expires';

/** Gives the configuration back as it is: only for its type. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A text from the environment variable `name` when the configuration is loaded; empty counts as unset. */
export function env(name: string, fallback?: string): EnvMarker {
  return Object.freeze(fallback === undefined ? { env: name } : { env: name, default: fallback });
}
