// Outputs for findings: the target of an upload, and how findings name a rule.
import type { ObjectName } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { showText } from '../../rules/issue.js';
import type { Rule, RuleOutput } from '../../rules/rule.js';
import { render, variableOf } from '../../rules/template.js';

/** The target of an upload; undefined where the template cannot be filled in. */
export function targetOf(
  { output, rule }: Pick<RuleOutput, 'output' | 'rule'>,
  upload: Upload,
): ObjectName | undefined {
  const rendered = render(output.key, (variable) => variableOf(variable, upload, rule.name));
  return 'key' in rendered ? { bucket: output.bucket ?? upload.bucket, key: rendered.key } : undefined;
}

/** `rule "avatars" (rules[0])`. */
export function ruleName(rule: Rule, index: number): string {
  return `rule ${showText(rule.name)} (rules[${index}])`;
}

/** The first three of many as a list, and how many more there are. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(', ');
  return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown;
}
