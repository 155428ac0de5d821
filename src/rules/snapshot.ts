// Copies a configuration of unknown origin into plain, finite, inert data, so that what is checked is what is used:
// no getters, proxies, cycles or prototypes. Styles that render themselves are rendered here.

import { type Issue, joinPath, mismatch, Shown, showText } from './issue.js';

const MAX_DEPTH = 8;
const MAX_ITEMS = 1_000;
const MAX_NODES = 20_000;
const MAX_TEXT = 8_192;

type Path = readonly (string | number)[];

/** The copy, or the first thing that makes the input unfit to be copied. `at` is the input's own path. */
export function snapshot(input: unknown, at: Path): { value: unknown } | { issue: Issue } {
  const path = [...at];
  let nodes = 0;

  function copy(value: unknown): unknown {
    nodes += 1;
    if (typeof value === 'string' && value.length > MAX_TEXT) {
      throw new Unfit(`at most ${MAX_TEXT} characters`, `${value.length} of them`);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (nodes > MAX_NODES) throw new Unfit(`at most ${MAX_NODES} values in all`, 'more');
    if (path.length >= MAX_DEPTH) throw new Unfit(`at most ${MAX_DEPTH} levels and no cycles`, 'one more');
    if (Array.isArray(value)) return copyList(value);
    if (isStyle(path) && rendersItself(value)) return renderStyle(value);
    if (!isPlain(value)) throw new Unfit('plain data', 'an instance of a class');
    return copyFields(value);
  }

  function copyFields(fields: object): object {
    const keys = Object.keys(fields);
    if (keys.length > MAX_ITEMS) throw new Unfit(`at most ${MAX_ITEMS} keys in an object`, `${keys.length} of them`);
    const result: Record<string, unknown> = {};
    for (const key of keys) {
      path.push(key);
      const item = copy(Reflect.get(fields, key));
      path.pop();
      // Assigned, this key alone would set the prototype; defined, it is a key like any other, and refused as unknown.
      if (key === '__proto__') Object.defineProperty(result, key, { value: item, enumerable: true });
      else result[key] = item;
    }
    return result;
  }

  function copyList(list: readonly unknown[]): unknown[] {
    const { length } = list;
    if (length > MAX_ITEMS) throw new Unfit(`at most ${MAX_ITEMS} items in a list`, `${length} of them`);
    const result: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      path.push(index);
      result.push(copy(list[index]));
      path.pop();
    }
    return result;
  }

  try {
    return { value: copy(input) };
  } catch (error) {
    // Anything but Unfit was thrown by a getter or a proxy of the input; its words may hold anything and are not repeated.
    return { issue: error instanceof Unfit ? mismatch(joinPath(path), error.message, error.shown) : unreadable(path) };
  }
}

/** The issue of a value that could not even be read. */
export function unreadable(path: Path): Issue {
  return mismatch(joinPath(path), 'plain data', new Shown('an object that cannot be read'));
}

class Unfit extends Error {
  readonly shown: Shown;
  constructor(expected: string, shown: string) {
    super(expected);
    this.shown = new Shown(shown);
  }
}

// A literal or JSON, of whatever realm: a date or a map would be copied as an object without keys.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
}

// rules[i].outputs[j].style
function isStyle(path: Path): boolean {
  return path.length === 5 && path[0] === 'rules' && path[2] === 'outputs' && path[4] === 'style';
}

// Data from JSON never does: its toString is either Object's or no function.
function rendersItself(value: object): value is { toString(): unknown } {
  const render: unknown = Reflect.get(value, 'toString');
  return typeof render === 'function' && render !== Object.prototype.toString;
}

function renderStyle(style: { toString(): unknown }): unknown {
  try {
    const text: unknown = style.toString();
    return typeof text === 'string' ? text : new Shown('an object whose toString() gives no string');
  } catch (error) {
    const why =
      error instanceof Error && typeof error.message === 'string' ? showText(error.message) : 'something else';
    return new Shown(`an object whose toString() throws ${why}`);
  }
}
