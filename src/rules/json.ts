// JSON text as people and their editors write it.

/**
 * The value of a JSON text. A byte order mark before it, which editors on Windows write, is no mistake.
 * @throws {SyntaxError} when it is not JSON
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
}
