// The building blocks of the schema of s.yaml: objects that know all of their keys, and values that say in one phrase
// what was expected. mistakes.ts finds both in valibot's message.
import * as v from 'valibot';

/** An object with these keys and no others: fc3 ignores what it does not know, a misspelt `timeOut` too. */
export function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.strictObject(entries, Object.keys(entries).join(' '));
}

/** A string of this form. */
export function text(form: RegExp, expected: string) {
  return v.custom<string>((input) => typeof input === 'string' && form.test(input), expected);
}

/** Any string, of at most `most` characters. */
export function anyText(most: number) {
  return v.custom<string>(
    (input) => typeof input === 'string' && input.length <= most,
    `a text of at most ${most} characters`,
  );
}

export function oneOf<const Value extends string | number | boolean>(values: readonly Value[]) {
  const shown = values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)));
  const expected = shown.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}`;
  return v.custom<Value>((input) => values.some((value) => value === input), expected);
}

export const bool = oneOf([true, false]);

/** A whole number; `step`: a multiple of it. */
export function whole(least: number, most: number, what: string, step = 1) {
  const multiple = step === 1 ? '' : `, a multiple of ${step}`;
  return v.custom<number>(
    (input) =>
      Number.isSafeInteger(input) &&
      (input as number) >= least &&
      (input as number) <= most &&
      (input as number) % step === 0,
    `${what}: a whole number from ${least} to ${most}${multiple}`,
  );
}

export function listOf<Item extends v.GenericSchema>(item: Item, least: number, most: number, what: string) {
  return v.pipe(
    v.array(item, `a list of ${what}`),
    v.minLength(least, `at least ${least} ${what}`),
    v.maxLength(most, `at most ${most} ${what}`),
  );
}

/** What is wrong with a value as a whole, when each of its parts is right: `expected`, at `path` below it. */
export interface Refusal {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/** Checks what depends on several keys. */
export function together<Value>(refusals: (value: Value) => Iterable<Refusal>) {
  return v.rawCheck<Value>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { path, expected } of refusals(dataset.value)) {
      let input: unknown = dataset.value;
      const items: v.ObjectPathItem[] = path.map((key) => {
        const owner = input as Record<string, unknown>;
        input = owner[key];
        return { type: 'object', origin: 'value', input: owner, key: String(key), value: input };
      });
      const [first, ...rest] = items;
      addIssue({ message: expected, input, ...(first && { path: [first, ...rest] }) });
    }
  });
}

/** In a list, the items whose text an earlier item has. */
export function repeated<Item, Key extends keyof Item & string>(
  list: readonly Item[],
  key: Key,
  expected: string,
): Refusal[] {
  return list.flatMap((item, index) =>
    list.findIndex((other) => other[key] === item[key]) < index ? [{ path: [index, key], expected }] : [],
  );
}

/** Whether it is an object, and no list. */
export function isObject(input: unknown): input is Record<string, unknown> {
  return Object.prototype.toString.call(input) === '[object Object]';
}

/** `auto`, or these fields. */
export function autoOr<Schema extends v.GenericSchema>(schema: Schema) {
  const auto = oneOf(['auto']);
  return v.lazy((input): typeof auto | Schema => (typeof input === 'string' ? auto : schema));
}
