// A configuration once it is loaded: every text is resolved, every default is filled in.
import type { Template } from './template.js';

export interface Config {
  readonly journal: Journal | 'throw';
  readonly rules: readonly Rule[];
  /**
   * The deployed configuration, for one that CONFIG_URI names in OSS: its rules match only what a rule of this one asks
   * for, and nothing is saved there. Absent where these rules are deployed themselves.
   */
  readonly envelope?: Config | undefined;
}

/** The rules whose conditions bound what this function ever takes, whichever version of its rules it runs. */
export function envelopeOf({ rules, envelope }: Config): readonly Rule[] {
  return envelope === undefined ? rules : envelope.rules;
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
    readonly size?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;
  };
  /** When a source is deleted, its derivatives are deleted too. */
  readonly onDelete?: 'remove';
  readonly outputs: readonly Output[];
}

export interface Output {
  readonly style: string;
  /** Without one, the bucket of the upload. */
  readonly bucket?: string | undefined;
  readonly key: Template;
  /** Set: the derivative is relayed, since sys/saveas cannot do this. Absent: OSS saves it itself. */
  readonly relay?: Relay | undefined;
}

/** What an output wants that sys/saveas cannot do. */
export interface Relay {
  /** Of the derivative, by lower-case name. */
  readonly headers: readonly NamedTemplate[];
  readonly tags: readonly NamedTemplate[];
  /** A format that OSS gives in answer to a GET only. */
  readonly format?: 'avif' | 'heic' | undefined;
}

export interface NamedTemplate {
  readonly name: string;
  readonly value: Template;
}

/** One output, with its rule and where both stand in the configuration. */
export interface RuleOutput {
  readonly rule: Rule;
  readonly ruleIndex: number;
  readonly output: Output;
  readonly outputIndex: number;
  /** `rules[0].outputs[1]`. */
  readonly path: string;
}

/** All outputs, or those that are `meant`, in the order of the configuration. */
export function outputsOf(
  { rules }: Config,
  meant: (output: Output, rule: Rule) => boolean = () => true,
): RuleOutput[] {
  const found: RuleOutput[] = [];
  rules.forEach((rule, ruleIndex) => {
    const { outputs } = rule;
    for (let outputIndex = 0; outputIndex < outputs.length; outputIndex += 1) {
      const output = outputs[outputIndex];
      if (output === undefined || !meant(output, rule)) continue;
      found.push({ rule, ruleIndex, output, outputIndex, path: `rules[${ruleIndex}].outputs[${outputIndex}]` });
    }
  });
  return found;
}
