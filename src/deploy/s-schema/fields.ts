// The words in which the schema of s.yaml is written: objects that know all of their keys, and values that say what was
// expected in one phrase. Both travel in valibot's message to mistakes.ts.
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

/** A refusal of the value as a whole, when its parts are right: `expected`, at `path` below it. */
export interface Refusal {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/** Checks what no key can say alone. */
export function together<Value>(refusals: (value: Value) => Iterable<Refusal>) {
  return v.rawCheck<Value>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { path, expected } of refusals(dataset.value)) {
      addIssue({ message: expected, ...pathTo(dataset.value, path) });
    }
  });
}

function pathTo(value: unknown, keys: readonly (string | number)[]) {
  const items: v.ObjectPathItem[] = [];
  let input = value;
  for (const key of keys) {
    const owner = input as Record<string, unknown>;
    input = owner[key];
    items.push({ type: 'object', origin: 'value', input: owner, key: String(key), value: input });
  }
  const [first, ...rest] = items;
  return first === undefined ? {} : { input, path: [first, ...rest] as [v.ObjectPathItem, ...v.ObjectPathItem[]] };
}
