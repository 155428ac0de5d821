// The rules that the function runs with, drafts in their place, and what is wrong with either, as the studio asks for
// them of the rooms above it. Imported by the page for its types: nothing of Node here.
import type { Config } from '../../rules/rule.js';

/** The rules that the function runs with. */
export interface RulesInForce {
  /**
   * `file`: those of the file. `draft`: a text of the studio, in place of the file's. `oss`: what CONFIG_URI names in
   * the embedded OSS, within the file's; the function loads those by itself.
   */
  readonly source: 'file' | 'draft' | 'oss';
  /** The configuration as it was written, as JSON; undefined: what is published at CONFIG_URI cannot be used. */
  readonly input: unknown;
  /** The file that it was read from, as a person names it; with `oss`, the one that bounds the rules. */
  readonly file: string;
  /** Where the rules are in OSS. */
  readonly uri?: string | undefined;
  /** As it was typed, where that was JSON; with `oss`, undefined: nothing is published. */
  readonly text?: string | undefined;
  /** The same, loaded; undefined: what is published cannot be used. */
  readonly loaded?: ShownConfig | undefined;
  /** Why the file, as it is now, is not taken. */
  readonly refused?: string | undefined;
  /** The file has changed since the draft was taken. */
  readonly fileChanged?: boolean | undefined;
}

/** A configuration with its texts resolved and its defaults filled in. */
export interface ShownConfig {
  /** `oss://bucket/prefix`; undefined: there is none. */
  readonly journal?: string | undefined;
  readonly rules: readonly ShownRule[];
}

export interface ShownRule {
  readonly name: string;
  readonly buckets: readonly string[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly excludes: readonly string[];
  /** Bytes. */
  readonly size?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;
  readonly removes: boolean;
  readonly outputs: readonly ShownOutput[];
}

export interface ShownOutput {
  readonly style: string;
  /** Undefined: that of the upload. */
  readonly bucket?: string | undefined;
  /** The template. */
  readonly key: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  /** Why it is relayed; none: OSS saves it itself. */
  readonly relayed: readonly string[];
  /** Rules that listen where it is saved, and which of their conditions keep it from starting them. */
  readonly near: readonly { readonly rule: string; readonly by: readonly string[] }[];
}

/** A mistake in rules that were typed; `start` and `end` are characters of the text. */
export interface RulesMistake {
  readonly path: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** What `check` finds. */
export interface RulesFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly file: string;
  /** `rules[0].outputs[1].style`; empty for the whole. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
}

export interface RulesTools {
  rules(): Promise<RulesInForce>;
  /** The rules that the function runs with, or that bound those in OSS. */
  config(): Config;
  /** Runs a draft from now on; with mistakes, nothing changes. @throws {StudioMistake} where rules are in OSS */
  runDraft(text: string): Promise<readonly RulesMistake[]>;
  /** Goes back to the file. */
  discardDraft(): Promise<void>;
  /** What is wrong with a text of rules. */
  mistakesIn(text: string): Promise<readonly RulesMistake[]>;
  /** What is unwise about the rules in force. */
  check(): Promise<readonly RulesFinding[]>;
}
