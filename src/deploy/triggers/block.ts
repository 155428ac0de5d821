// The triggers as they stand in s.yaml, between two comments that mark them as ours; the rest of the file is the
// user's.
import { Document, parse, Scalar } from 'yaml';
import type { ConfigInput, Text } from '../../rules/schema.js';
import { bucketProblem, type Environment, resolveMarker } from '../../rules/values.js';
import { ossDescription, ossTriggerName, timer } from './own.js';
import type { PlannedTrigger, TriggerPlan } from './plan.js';

/** The comments around the block; the line may go on after this text. */
const blockStart = '# triggers: made by npm run triggers';
const blockEnd = '# end of triggers';

/** The block cannot be put into s.yaml; the message says why. */
export class BlockError extends Error {
  override readonly name = 'BlockError';
}

/**
 * The block: both comments, `triggers:` and its items, each line indented by `indent` and ended.
 * @param expressions for a bucket, the s.yaml expression to write instead of its name
 */
export function triggerBlock(plan: TriggerPlan, expressions: ReadonlyMap<string, string>, indent = 6): string {
  const items = [...plan.triggers.map((trigger) => ossItem(trigger, expressions)), ...(plan.timer ? [timer] : [])];
  const document = new Document({ triggers: items }, { aliasDuplicateObjects: false });
  const yaml = document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
  return [blockStart, ...yaml.trimEnd().split('\n'), blockEnd].map((line) => `${' '.repeat(indent)}${line}\n`).join('');
}

function ossItem({ bucket, prefix, events }: PlannedTrigger, expressions: ReadonlyMap<string, string>): object {
  const source = expressions.get(bucket) ?? bucket;
  return {
    triggerName: ossTriggerName(source, prefix),
    triggerType: 'oss',
    description: ossDescription(events),
    qualifier: 'LATEST',
    sourceArn: `acs:oss:\${vars.region}:\${vars.accountId}:${source}`,
    invocationRole: `acs:ram::\${vars.accountId}:role/\${vars.triggerRole}`,
    triggerConfig: { events, filter: { key: { prefix: quoted(prefix), suffix: '' } } },
  };
}

/** Plain only where no reader of YAML, old or new, takes it for anything but text: `2024-01-01` is a date to some. */
function quoted(text: string): string | Scalar {
  if (/^[A-Za-z][A-Za-z0-9_-]*(?:\/[A-Za-z0-9_-]+)*\/$/.test(text)) return text;
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_SINGLE';
  return scalar;
}

/**
 * s.yaml with this plan's triggers in place of those between the comments, and nothing else changed.
 * @throws {BlockError} when the comments are not there, once each and in order, or the result would be no s.yaml
 */
export function replaceTriggers(
  text: string,
  plan: TriggerPlan,
  expressions: ReadonlyMap<string, string> = new Map(),
): string {
  const lines = text.split(/(?<=\n)/);
  const start = onlyLine(lines, blockStart);
  const end = onlyLine(lines, blockEnd);
  if (end < start) throw new BlockError(`"${blockEnd}" stands before "${blockStart}"`);
  const indent = /^ */.exec(lines[start] ?? '')?.[0].length ?? 0;
  const newline = lines[start]?.endsWith('\r\n') ? '\r\n' : '\n';
  const block = triggerBlock(plan, expressions, indent);
  const inner = block.split('\n').slice(1, -2);
  const replaced = [...lines.slice(0, start + 1), ...inner.map((line) => line + newline), ...lines.slice(end)].join('');
  checkPlace(replaced, block);
  return replaced;
}

function onlyLine(lines: readonly string[], comment: string): number {
  const found = lines.flatMap((line, index) => (line.trimStart().startsWith(comment) ? [index] : []));
  const [first, ...more] = found;
  if (first === undefined) throw new BlockError(`no line "${comment}": put it where the triggers belong, under props`);
  if (more.length > 0) throw new BlockError(`the line "${comment}" stands there ${found.length} times`);
  return first;
}

/** The comments can stand anywhere in the file, and the rest of it can be broken: reads the triggers back. */
function checkPlace(text: string, block: string): void {
  const { triggers } = parse(block) as { triggers: unknown };
  const resources = Object.values((read(text) as { resources?: Record<string, unknown> } | null)?.resources ?? {});
  const here = resources.some((resource) => {
    const { props } = (resource ?? {}) as { props?: { triggers?: unknown } };
    return JSON.stringify(props?.triggers) === JSON.stringify(triggers);
  });
  if (!here) throw new BlockError('the comments are not where the triggers of a resource belong, under its props');
}

function read(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new BlockError(`with the triggers in place it is no YAML: ${cause.message.split('\n')[0]}`, { cause });
  }
}

/**
 * The source buckets of a configuration, each with the text that stands for it in s.yaml: `${env('NAME', 'default')}`
 * where every rule takes it from that variable, so that one setting moves the function and its triggers; else its name.
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
