// Puts the trigger block into s.yaml: the whole file or nothing, and only for the rules that are deployed.

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isScalar, parseDocument, visit } from 'yaml';
import { reasonOf, userPath, writeWhole } from '../../terminal/file.js';
import { UserError } from '../../terminal/user-error.js';
import { readProjectFor } from '../deployed-environment.js';
import { projectFile } from '../project.js';
import { userConfig } from '../user-config.js';
import { BlockError, replaceTriggers } from './block.js';
import type { TriggerPlan } from './plan.js';

/**
 * The CONFIG_URI that s.yaml gives the function.
 * @param file s.yaml as the user named it; default: that of the project
 */
export async function configUriOf(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const project = await readProjectFor(userConfig(), file, environment);
  return 'unreadable' in project ? writtenConfigUri(pathOf(file)) : project.configUri;
}

/** Where Serverless Devs cannot resolve s.yaml, its text decides. */
function writtenConfigUri(path: string): string | undefined {
  let uri: string | undefined;
  visit(parseDocument(readFileSync(path, 'utf8')), {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === 'CONFIG_URI' && isScalar(value) && value.value) uri = String(value.value);
    },
  });
  return uri;
}

/**
 * Triggers for src/config.ts must not replace those of rules that a file of the deployment names.
 * @throws {UserError} when CONFIG_URI does so
 */
export function refuseReplaced(uri: string | undefined, file: string | undefined): void {
  if (uri === undefined || uri.startsWith('oss:')) return;
  throw new UserError(
    `${file ?? 's.yaml'} sets CONFIG_URI to a file: the rules that are deployed are in it, and triggers for ` +
      'src/config.ts would replace the ones of those rules; nothing was written\n' +
      '  with a copy of those rules: npm run triggers -- --config FILE.json --write',
  );
}

/**
 * Writes the triggers of the plan into s.yaml.
 * @returns what was done, for people
 * @throws {UserError} when there is no place for them (1), or the file cannot be read or written (2)
 */
export function writeTriggers(
  file: string | undefined,
  plan: TriggerPlan,
  expressions: ReadonlyMap<string, string>,
): string {
  const path = pathOf(file);
  const name = file ?? 's.yaml';
  // Bytes that are not UTF-8 could not be written back as they were.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const before = attempt(name, 'read', () => decoder.decode(readFileSync(path)));
  const after = replaced(name, before, plan, expressions);
  const count = plan.triggers.length + Number(plan.timer);
  if (after === before) return `${name} has them already: ${count} triggers`;
  attempt(name, 'written', () => {
    const target = realpathSync(path);
    writeWhole(target, after, statSync(target).mode);
  });
  return `${name}: ${count} triggers written`;
}

function pathOf(file: string | undefined): string {
  return file === undefined ? projectFile : userPath(file);
}

function replaced(name: string, text: string, plan: TriggerPlan, expressions: ReadonlyMap<string, string>): string {
  try {
    return replaceTriggers(text, plan, expressions);
  } catch (cause) {
    if (!(cause instanceof BlockError)) throw cause;
    throw new UserError(`${name}: ${cause.message}; nothing was written`, 1, { cause });
  }
}

function attempt<T>(file: string, what: 'read' | 'written', work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new UserError(`${file} cannot be ${what}: ${reasonOf(cause)}`, 2, { cause });
  }
}
