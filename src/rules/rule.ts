// What a configuration is once it is loaded: every text resolved, every default filled in.
import type { Template } from './template.js';

export type Config = {
  readonly journal: Journal | 'throw';
  readonly rules: readonly Rule[];
};

export type Journal = { readonly bucket: string; readonly prefix: string };

export type Rule = {
  readonly name: string;
  readonly when: {
    readonly buckets: readonly string[];
    /** At least one; `''` matches every key. */
    readonly prefixes: readonly string[];
    /** ASCII lower case; none matches every key. */
    readonly suffixes: readonly string[];
    readonly excludes: readonly string[];
    /** In bytes, both inclusive. */
    readonly size?: { readonly min?: number; readonly max?: number };
  };
  /** When a source is deleted, its derivatives go with it. */
  readonly onDelete?: 'remove';
  readonly outputs: readonly Output[];
};

export type Output = {
  readonly style: string;
  /** Missing: the bucket of the upload. */
  readonly bucket?: string;
  readonly key: Template;
};
