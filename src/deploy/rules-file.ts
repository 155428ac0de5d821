// Rules in a file: JSON, in which people may write comments and a comma too many, as editors do with settings. The
// function reads plain JSON, which `plainRules` makes of them, and of src/config.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { parseJson } from '../rules/json.js';
import { readBytes, reasonOf, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';

/** A configuration as it was written. @throws {UserError} (2) when the file cannot be read or is not JSON */
export function readRules(file: string): unknown {
  return parseRules(readBytes(file).toString('utf8'), file);
}

/**
 * The bytes of a configuration as the function can read them: those of the file where it is plain JSON.
 * @param file JSON, or a module whose default export is a configuration
 * @throws {UserError} (2) when the file cannot be read or is neither
 */
export async function plainRules(file: string): Promise<Buffer> {
  if (/^\.[cm]?[jt]s$/.test(extname(file))) return plain(await importRules(file));
  const bytes = readBytes(file);
  return isPlain(bytes) ? bytes : plain(parseRules(bytes.toString('utf8'), file));
}

/** A file that the function can read: this one, or where it has comments a copy that lasts as long as this process. */
export function plainFile(file: string): string {
  const bytes = readBytes(file);
  if (isPlain(bytes)) return userPath(file);
  const folder = mkdtempSync(join(tmpdir(), 'oss-autostyle-rules-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'rules.json');
  writeFileSync(copy, plain(parseRules(bytes.toString('utf8'), file)));
  return copy;
}

/** Whether the function can read the bytes as they are. */
function isPlain(bytes: Buffer): boolean {
  try {
    parseJson(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function parseRules(text: string, file: string): unknown {
  const content = text.replace(/^\uFEFF/, '');
  const parsed = parseText(content);
  if ('value' in parsed) return parsed.value;
  const { offset, message } = parsed;
  const before = content.slice(0, offset).split('\n');
  const at = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  throw new UserError(`${file} is not JSON: ${message} at ${at}`, 2);
}

/** The value of JSON with comments; or the first mistake, with the character at which it is. */
export function parseText(
  text: string,
): { readonly value: unknown } | { readonly offset: number; readonly message: string } {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return { value };
  return { offset: first.offset, message: mistakes[printParseErrorCode(first.error)] ?? 'it cannot be read' };
}

/** By the parser's names. */
const mistakes: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that is no value, or text without quotes,',
  InvalidNumberFormat: 'a number that is none',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a ":" is missing',
  CommaExpected: 'a "," is missing',
  CloseBraceExpected: 'a "}" is missing',
  CloseBracketExpected: 'a "]" is missing',
  EndOfFileExpected: 'something stands behind the end',
  UnexpectedEndOfComment: 'a comment has no end',
  UnexpectedEndOfString: 'a text has no closing quote',
  UnexpectedEndOfNumber: 'a number has no end',
  InvalidUnicode: 'four hexadecimal digits are missing behind "\\u"',
  InvalidEscapeCharacter: 'a backslash before a character that takes none',
  InvalidCharacter: 'a control character',
};

async function importRules(file: string): Promise<unknown> {
  readBytes(file);
  try {
    const { default: config } = (await import(pathToFileURL(userPath(file)).href)) as { default?: unknown };
    if (typeof config === 'object' && config !== null) return config;
  } catch (cause) {
    throw new UserError(`${file} cannot be run: ${reasonOf(cause)}`, 2, { cause });
  }
  throw new UserError(`${file} exports no configuration: expected export default defineConfig({ … })`, 2);
}

/** Styles of the builder are written as their text. */
function plain(config: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(config, null, 2)}\n`);
}
