// What a configuration is once it is loaded: every text resolved, every default filled in.
import type { Template } from './template.js';

export interface Config {
  readonly journal: Journal | 'throw';
  readonly rules: readonly Rule[];
}

export interface Journal {
  readonly bucket: string;
  /** Empty or ending in `/`. */
  readonly prefix: string;
}

export interface Rule {
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
}

export interface Output {
  readonly style: string;
  /** Missing: the bucket of the upload. */
  readonly bucket?: string;
  readonly key: Template;
}
