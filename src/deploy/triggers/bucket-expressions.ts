// How s.yaml names the buckets that a configuration takes from its environment: by the same variable, so that one setting
// moves the function and its triggers.
import type { ConfigInput } from '../../rules/schema.js';
import { bucketProblem, type Environment, resolveMarker, type Text } from '../../rules/values.js';

/**
 * The source buckets of a configuration, each with the text that stands for it in s.yaml: `${env('NAME', 'default')}`
 * where every rule takes it from that variable, else its name.
 * @param input what the configuration was loaded from, in this environment
 */
export function bucketExpressions(input: ConfigInput, environment: Environment): Map<string, string> {
  const expressions = new Map<string, string>();
  for (const text of input.rules.flatMap(({ when }) => when.bucket)) {
    const bucket = typeof text === 'string' ? text : resolveMarker(text, bucketProblem, environment);
    if (typeof bucket !== 'string') continue;
    const expression = expressionOf(text);
    const known = expressions.get(bucket) ?? expression;
    expressions.set(bucket, known === expression ? expression : bucket);
  }
  return expressions;
}

function expressionOf(text: Text): string {
  if (typeof text === 'string') return text;
  const { env, default: fallback } = text;
  // A default that is no bucket name is never used, and could hold what ends the expression.
  return fallback === undefined || bucketProblem(fallback) !== undefined
    ? `\${env('${env}')}`
    : `\${env('${env}', '${fallback}')}`;
}
