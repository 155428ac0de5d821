// How findings name a rule and an output: by path, as the configuration is written, and by name.
import { showText } from '../rules/issue.js';
import type { Config, Output, Rule } from '../rules/rule.js';

/** One output, with its rule and where both stand. */
export interface OutputPlace {
  readonly rule: Rule;
  readonly ruleIndex: number;
  readonly output: Output;
  readonly outputIndex: number;
}

/** All outputs in the order of the configuration. */
export function* outputsOf({ rules }: Config): Generator<OutputPlace> {
  for (const [ruleIndex, rule] of rules.entries()) {
    for (const [outputIndex, output] of rule.outputs.entries()) yield { rule, ruleIndex, output, outputIndex };
  }
}

/** `rules[0].outputs[1]`. */
export function outputPath({ ruleIndex, outputIndex }: OutputPlace): string {
  return `rules[${ruleIndex}].outputs[${outputIndex}]`;
}

/** `rule "avatars" (rules[0])`. */
export function ruleName(rule: Rule, index: number): string {
  return `rule ${showText(rule.name)} (rules[${index}])`;
}

/** The first of many as a list, and how many more there are. */
export function listed(items: readonly string[], most = 3): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
