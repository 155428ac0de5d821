// s.yaml as `s` resolves it: read offline through `s preview`, with stand-ins for values that are not set yet, and
// checked against the strict schema.

import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { printedError, runS, withoutTrailer } from '../remote/serverless-devs.js';
import { defaultsIn } from '../rules/markers.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { deployVariables, resolvable } from './deploy-variables.js';
import { editionMistake, readDocument } from './s-schema/document.js';
import type { Mistake } from './s-schema/mistakes.js';
import { type ResourceProps, validateResource } from './s-schema.js';
import { userConfig } from './user-config.js';

export interface Project {
  /** s.yaml, as a full path. */
  readonly file: string;
  /** Deploy variables without a value, for which stand-ins were taken. */
  readonly unset: readonly string[];
  /** What is deployed; absent when there are mistakes in it. */
  readonly resource?: ResourceProps | undefined;
  /** What the strict schema refuses. */
  readonly mistakes: readonly Mistake[];
  /** CONFIG_URI of the function, where it has one; also when there are mistakes. */
  readonly configUri?: string | undefined;
}

/** s.yaml cannot be read at all. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

export interface ReadOptions {
  /** Default: s.yaml of the project. */
  readonly file?: string;
  /** Default: the process's, over `.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** What stands in for a variable that is not set; default: what src/config.ts falls back to. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** s.yaml of the project. */
export const projectFile = join(fileURLToPath(new URL('../..', import.meta.url)), 's.yaml');
/** Stands in ARNs for an account that is not set yet. */
export const unknownAccount = '0000000000000000';
const maxBytes = 1_000_000;

/**
 * Reads s.yaml, in less than a second and without a network.
 * @throws {ProjectError} when there is no such file, or it is not YAML that `s` can resolve
 */
export async function readProject(options: ReadOptions = {}): Promise<Project> {
  const file = resolve(options.file ?? projectFile);
  const env = options.env ?? withEnvironmentFile();
  const defaults = options.defaults ?? defaultsIn(userConfig());
  const text = textOf(file);
  const documents = parseAllDocuments(text);
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken !== undefined) {
    const [line = ''] = broken.message.split('\n');
    throw new ProjectError(`${file} is not YAML: ${line.replace(/:$/, '')}`, { cause: broken });
  }
  const mistaken = editionMistake(documents);
  if (mistaken !== undefined) throw new ProjectError(`${file} ${mistaken}`);
  const variables = deployVariables(text);
  const { env: resolved, unset, mistakes } = resolvable(variables, env, (name) => standIn(name, defaults));
  return { file, unset, ...validated(await preview(file, resolved), mistakes) };
}

/** Holds a resolved s.yaml against the schema. */
export function validated(document: unknown, previous: readonly Mistake[] = []): Omit<Project, 'file' | 'unset'> {
  const { props, path, mistakes } = readDocument(document);
  const { props: resource, mistakes: inner } = validateResource(props, path);
  const { CONFIG_URI } = Object(Object(props).environmentVariables) as Record<string, unknown>;
  const configUri = typeof CONFIG_URI === 'string' && CONFIG_URI !== '' ? CONFIG_URI : undefined;
  return { resource, configUri, mistakes: [...previous, ...mistakes, ...inner] };
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new ProjectError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (bytes.length > maxBytes)
    throw new ProjectError(`${file} has ${bytes.length} bytes; expected at most ${maxBytes}`);
  return bytes.toString('utf8');
}

async function preview(file: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const args = ['preview', '-t', basename(file), '--output-format', 'json'];
  const { code, stdout, stderr } = await runS(args, { cwd: dirname(file), env, timeout: 60_000 });
  if (code !== 0) throw new ProjectError(`${file}: ${whyUnreadable(`${stdout}\n${stderr}`)}`);
  try {
    return JSON.parse(withAccount(stdout, env));
  } catch (cause) {
    throw new ProjectError(`${file}: ${whyUnreadable(stdout)}`, { cause });
  }
}

/** `s` knows the account of config('AccountID') only where it has credentials, and leaves it as it is here. */
function withAccount(json: string, env: NodeJS.ProcessEnv): string {
  return json.replace(/\$\{config\((?:'AccountID'|\\"AccountID\\")\)\}/g, env['ACCOUNT_ID'] || unknownAccount);
}

/** Why `s` cannot read s.yaml, on indented lines. */
export function whyUnreadable(output: string): string {
  const lines = (printedError(output) ?? withoutTrailer(output)).split(/\s*\n\s*/);
  return lines.join('\n  ').slice(0, 1_000) || 'Serverless Devs cannot read it and does not say why';
}

/** An account id has its digits where an ARN wants them; a bucket has the name that the rules fall back to. */
function standIn(name: string, defaults: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(defaults, name)) return defaults[name] ?? '';
  return /ACCOUNT/.test(name) ? unknownAccount : 'not-set-yet';
}
