// The region and the variables that the function will have: those of s.yaml, or where it cannot be used, those of this
// process.

import { defaultsIn } from '../rules/markers.js';
import type { Environment } from '../rules/values.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { readBytes, userPath } from '../terminal/file.js';
import { type Project, ProjectError, projectFile, readProject } from './project.js';
import { readRules } from './rules-file.js';
import type { ResourceProps } from './s-schema.js';
import { userConfig } from './user-config.js';

/**
 * s.yaml, resolved for a configuration; or why it cannot be.
 * @param input the configuration as it was written
 * @param file as the user named it; default: that of the project
 * @throws {UserError} (2) when there is no such file
 */
export async function readProjectFor(
  input: unknown,
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Project | { readonly unreadable: string }> {
  if (file !== undefined) readBytes(file);
  const defaults = { ...defaultsIn(userConfig()), ...defaultsIn(input) };
  try {
    return await readProject({ file: file === undefined ? projectFile : userPath(file), env, defaults });
  } catch (error) {
    if (error instanceof ProjectError) return { unreadable: error.message };
    throw error;
  }
}

export interface DeployedEnvironment {
  readonly environment: Environment;
  readonly region: string;
  /** All that s.yaml says, the function's name and triggers among it; undefined where it cannot be used. */
  readonly resource?: ResourceProps | undefined;
  /** Deploy variables without a value, for which stand-ins were taken. */
  readonly unset?: readonly string[] | undefined;
  /** What the user should know about where these come from. */
  readonly note?: string | undefined;
}

/** What s.yaml gives the function. @throws {UserError} (2) when a file that the user named cannot be read */
export async function deployedEnvironment(
  configFile?: string,
  file?: string,
  env: NodeJS.ProcessEnv = withEnvironmentFile(),
): Promise<DeployedEnvironment> {
  const project = await readProjectFor(configFile === undefined ? userConfig() : readRules(configFile), file, env);
  const mistaken = `${file ?? 's.yaml'} has mistakes (npm run check)`;
  if ('unreadable' in project || project.resource === undefined) {
    const why = 'unreadable' in project ? project.unreadable : mistaken;
    const note = `note: ${why}; what is set here is used`;
    return { environment: env, region: env['REGION'] ?? 'cn-hangzhou', note };
  }
  const { resource, unset, mistakes } = project;
  const { environmentVariables: environment, region } = resource;
  const notes = [
    // In variables alone: other mistakes would have kept s.yaml from being used.
    ...(mistakes.length > 0 ? [mistaken] : []),
    ...(environment['CONFIG_URI'] && configFile === undefined ? [elsewhere] : []),
  ];
  return { environment, region, resource, unset, note: notes.length === 0 ? undefined : `note: ${notes.join('; ')}` };
}

const elsewhere =
  'CONFIG_URI is set: the rules that run are kept there, within what src/config.ts asks for; for them, give a copy: ' +
  '--config FILE.json';
