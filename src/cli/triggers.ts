// `npm run triggers`: the triggers that the rules need, as the block that stands in s.yaml; with --write, put there.
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isScalar, parseDocument, visit } from 'yaml';
import userConfig from '../config.js';
import { readConfig } from '../deploy/configuration.js';
import { readProjectFor } from '../deploy/deployed-environment.js';
import { BlockError, replaceTriggers, triggerBlock } from '../deploy/triggers/block.js';
import { bucketExpressions } from '../deploy/triggers/bucket-expressions.js';
import { planTriggers, type TriggerPlan } from '../deploy/triggers/plan.js';
import type { ConfigInput } from '../rules/schema.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { reasonOf, userPath } from '../terminal/file.js';
import { printable } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, fileOption, runAsProcess } from './support/command.js';

const options = {
  write: { help: 'write them into s.yaml, between the comments that mark the block' },
  file: fileOption,
  config: configOption,
  json: { help: 'the plan as JSON: triggers, timer, problems' },
} as const;

export const command: Command<typeof options> = {
  name: 'triggers',
  summary: 'Prints the fewest triggers that cover all rules, as the block for s.yaml.',
  notes:
    'The triggers filter by prefix alone: the filters of OSS are case-sensitive and know no `exclude`. A bucket\n' +
    'has at most ten triggers, and no two may overlap. If more are needed, prefixes are merged, and stderr says\n' +
    'what that costs. If s.yaml sets CONFIG_URI, --write needs a copy of the rules that run: --config FILE.json.',
  options,
  async run({ flags }) {
    const environment = withEnvironmentFile();
    if (flags.write && flags.config === undefined) await refuseElsewhere(flags.file, environment);
    const { config, input } = readConfig(flags.config, environment);
    const plan = planTriggers(config);
    // It has been accepted, so this is what it is.
    const expressions = bucketExpressions(input as ConfigInput, environment);
    for (const { message, fix } of plan.problems) process.stderr.write(`${printable(`note: ${message}; ${fix}`)}\n`);
    if (flags.write) {
      write(flags.file, plan, expressions);
    } else if (!flags.json) {
      process.stdout.write(triggerBlock(plan, expressions));
    }
    if (flags.json) process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return 0;
  },
};

/** Triggers for src/config.ts would take those of the rules that run out of s.yaml. */
async function refuseElsewhere(file: string | undefined, environment: NodeJS.ProcessEnv): Promise<void> {
  const project = await readProjectFor(userConfig, file, environment);
  const elsewhere = 'unreadable' in project ? namesConfigUri(pathOf(file)) : project.configUri !== undefined;
  if (!elsewhere) return;
  throw new UserError(
    `${file ?? 's.yaml'} sets CONFIG_URI: the rules that run are kept there, and triggers for src/config.ts would replace ` +
      'theirs; nothing was written\n  with a copy of them: npm run triggers -- --config FILE.json --write',
  );
}

/** Where Serverless Devs cannot resolve it, as it is written. */
function namesConfigUri(path: string): boolean {
  let named = false;
  visit(parseDocument(readFileSync(path, 'utf8')), {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === 'CONFIG_URI' && isScalar(value) && value.value) named = true;
    },
  });
  return named;
}

function pathOf(file: string | undefined): string {
  return file === undefined ? fileURLToPath(new URL('../../s.yaml', import.meta.url)) : userPath(file);
}

function write(file: string | undefined, plan: TriggerPlan, expressions: ReadonlyMap<string, string>): void {
  const path = pathOf(file);
  const shown = file ?? 's.yaml';
  const before = attempt(shown, 'read', () => readText(path));
  const after = replaced(shown, before, plan, expressions);
  const count = plan.triggers.length + Number(plan.timer);
  if (after === before) {
    process.stderr.write(`${shown} has them already: ${count} triggers\n`);
    return;
  }
  attempt(shown, 'written', () => replaceFile(path, after));
  process.stderr.write(`${shown}: ${count} triggers written\n`);
}

function replaced(shown: string, text: string, plan: TriggerPlan, expressions: ReadonlyMap<string, string>): string {
  try {
    return replaceTriggers(text, plan, expressions);
  } catch (cause) {
    if (!(cause instanceof BlockError)) throw cause;
    throw new UserError(`${shown}: ${cause.message}; nothing was written`, 1, { cause });
  }
}

/** What is not UTF-8 would not come back as it was. */
function readText(path: string): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
}

/** All of it or nothing: whoever reads meanwhile sees the old file or the new one. */
function replaceFile(link: string, text: string): void {
  const path = realpathSync(link);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: statSync(path).mode, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function attempt<T>(file: string, what: 'read' | 'written', work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new UserError(`${file} cannot be ${what}: ${reasonOf(cause)}`, 2, { cause });
  }
}

await runAsProcess(command, import.meta.url);
