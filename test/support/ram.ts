// A small RAM: whether policy documents allow a request. Written from RAM's documentation alone; shares nothing with
// what makes the documents. https://www.alibabacloud.com/help/en/ram/policy-evaluation-process and .../policy-elements

export interface RamRequest {
  readonly action: string;
  /** `acs:SERVICE:REGION:ACCOUNT:RELATIVE` */
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** Denied unless a statement allows it, and denied whenever a statement denies it. Throws for what it does not know. */
export function isAllowed(documents: readonly unknown[], request: RamRequest): boolean {
  const matching = documents.flatMap((document) => statementsOf(document)).filter((one) => concerns(one, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

function statementsOf(document: unknown): readonly Statement[] {
  const { Version, Statement, ...rest } = document as Record<string, unknown>;
  if (Version !== '1' || !Array.isArray(Statement) || Object.keys(rest).length > 0) throw new TypeError('no policy');
  for (const statement of Statement) {
    const { Effect, Action, Resource, Condition, ...unknown } = statement;
    const known = (Effect === 'Allow' || Effect === 'Deny') && Object.keys(unknown).length === 0;
    if (!known || !filled(Action) || !filled(Resource))
      throw new TypeError(`no statement: ${JSON.stringify(statement)}`);
  }
  return Statement;
}

function filled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string' && item !== '');
}

function concerns(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context = {} }: RamRequest,
): boolean {
  return (
    Action.some((pattern) => like(action.toLowerCase(), pattern.toLowerCase())) &&
    Resource.some((pattern) => pattern === '*' || sameResource(resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], values)),
    )
  );
}

function sameResource(resource: string, pattern: string): boolean {
  const [is, asked] = [fields(resource), fields(pattern)];
  return is.every((field, index) => like(field, asked[index] ?? ''));
}

/** The last field may hold colons. */
function fields(arn: string): string[] {
  const parts = arn.split(':');
  if (parts.length < 5 || parts[0] !== 'acs') throw new TypeError(`no resource name: ${arn}`);
  return [...parts.slice(0, 4), parts.slice(4).join(':')];
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  if (value === undefined) return false;
  if (operator === 'StringEquals') return values.includes(value);
  if (operator === 'StringLike') return values.some((pattern) => like(value, pattern));
  throw new TypeError(`unknown condition: ${operator}`);
}

/** `*` is any text, `?` any one character. */
export function like(text: string, pattern: string): boolean {
  const fixed = pattern.search(/[*?]/);
  if (fixed === -1) return text === pattern;
  if (!text.startsWith(pattern.slice(0, fixed))) return false;
  const characters = [...text];
  // Which lengths of the text the pattern so far can account for.
  let reached = new Set([0]);
  for (const sign of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (sign === '*') for (let end = at; end <= characters.length; end += 1) next.add(end);
      else if (at < characters.length && (sign === '?' || sign === characters[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(characters.length);
}
