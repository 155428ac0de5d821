// `npm run policy`: the RAM policies that the rules need: the function's role, the trigger's role, and whoever deploys.

import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { commandsFor } from '../deploy/policy/commands.js';
import { type Grant, lengthOf, mostCharacters, type PolicyDocument } from '../deploy/policy/document.js';
import { type NamedPolicy, type Part, type Policies, parts, policiesOf } from '../deploy/policy/policies.js';
import { type Setting, settingIn, settingOf } from '../deploy/policy/setting.js';
import { parsePlace } from '../deploy/published.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { printable } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, fileOption, runAsProcess } from './support/command.js';

const options = {
  only: { value: 'PART', help: 'function (its policy), trust (who may assume its role), trigger, deployer or replay' },
  region: { value: 'ID', help: 'the region (default: that of s.yaml)' },
  account: { value: 'ID', help: 'the account number (default: that of s.yaml, else *, which is any account)' },
  config: configOption,
  file: fileOption,
  'config-uri': {
    value: 'URI',
    help: 'where the function reads its rules, oss://bucket/key.json (default: CONFIG_URI of s.yaml)',
  },
  'kms-key': { value: 'ID', help: 'the key that encrypts the buckets, if it is your own' },
  json: { help: 'the documents as JSON' },
} as const;

type Flags = { readonly [Name in Exclude<keyof typeof options, 'json'>]?: string | undefined };

export const command: Command<typeof options> = {
  name: 'policy',
  summary: 'Prints the RAM policies that the rules need: why each statement is needed, and commands to create them.',
  notes:
    'Names, roles, destinations and the log are those of s.yaml. If it cannot be read, stderr says so, and they\n' +
    'are those of its variables: FUNCTION_NAME, FUNCTION_ROLE, TRIGGER_ROLE, FAILURE_QUEUE, SUCCESS_DESTINATION,\n' +
    'LOG_PROJECT, LOG_STORE and CONFIG_URI.',
  options,
  async run({ flags, error }) {
    const wanted = wantedOf(flags.only);
    checkFlags(flags);
    const env = {
      ...withEnvironmentFile(),
      ...(flags.region === undefined ? {} : { REGION: flags.region }),
      ...(flags.account === undefined ? {} : { ACCOUNT_ID: flags.account }),
    };
    const { environment, resource, unset = [], note } = await deployedEnvironment(flags.config, flags.file, env);
    const setting = settingFrom(flags, resource, env);
    const { config } = readConfig(flags.config, environment);
    if (note !== undefined) error(`${printable(note)}\n`);
    // That the account is not set is said beside the policies.
    const missing = unset.filter((name) => name !== 'ACCOUNT_ID');
    if (missing.length > 0) error(`note: not set yet, so that stand-ins are named: ${missing.join(', ')}\n`);
    const policies = policiesOf(config, setting);
    process.stdout.write(flags.json ? json(policies, wanted) : text(policies, wanted, setting));
    return 0;
  },
};

function wantedOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const part = parts.find((name) => name === only);
  if (part === undefined) throw new UserError(`--only ${only}: expected ${parts.join(', ')}`, 2);
  return [part];
}

/** What stands in policies must mean itself: no wildcard, no further part of a resource's name. */
function checkFlags(flags: Flags): void {
  const uri = flags['config-uri'];
  refuse([
    ...unexpected('the region', flags.region, regionForm),
    ...unexpected('the account', flags.account, accountForm),
    ...unexpected('--kms-key', flags['kms-key'], [word[0], 'the id of a key']),
    ...(uri === undefined || parsePlace(uri) ? [] : ['--config-uri: expected oss://bucket/key.json']),
  ]);
}

/** As s.yaml says, which its schema has read; where it cannot be used, as its variables say. Flags win. */
function settingFrom(flags: Flags, resource: ResourceProps | undefined, environment: NodeJS.ProcessEnv): Setting {
  const own = settingOf(environment);
  if (resource === undefined) checkVariables(own, environment);
  const setting = resource === undefined ? own : settingIn(resource, own);
  const uri = flags['config-uri'] ?? (resource?.environmentVariables ?? environment)['CONFIG_URI'];
  const place = uri === undefined ? undefined : parsePlace(uri);
  const kmsKey = flags['kms-key'];
  return {
    ...setting,
    region: flags.region ?? setting.region,
    accountId: flags.account ?? setting.accountId,
    ...(place && { configObject: place }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
  };
}

function checkVariables(setting: Setting, environment: NodeJS.ProcessEnv): void {
  const role: Form = [/^[A-Za-z0-9.-]{1,64}$/, 'letters, digits, . and -'];
  const uri = environment['CONFIG_URI'] ?? '';
  refuse([
    ...unexpected('the region', setting.region, regionForm),
    ...unexpected('the account', setting.accountId, accountForm),
    ...unexpected('FUNCTION_NAME', setting.functionName, [/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, word[1]]),
    ...unexpected('FUNCTION_ROLE', setting.functionRole, role),
    ...unexpected('TRIGGER_ROLE', setting.triggerRole, role),
    ...unexpected('FAILURE_QUEUE', environment['FAILURE_QUEUE'] || undefined, [word[0], `${word[1]}, or none`]),
    ...unexpected('SUCCESS_DESTINATION', setting.destinations.onSuccess, [
      /^acs:[a-z]+:[a-z0-9-]+:\d{0,20}:[\w/.-]{1,300}$/,
      'the ARN of a queue, a topic or a function, or none',
    ]),
    ...unexpected('LOG_PROJECT', setting.logProject, word),
    ...unexpected('LOG_STORE', setting.logStore, word),
    ...(uri.startsWith('oss:') && !parsePlace(uri) ? ['CONFIG_URI: expected oss://bucket/key.json'] : []),
  ]);
}

type Form = readonly [pattern: RegExp, expected: string];
const regionForm: Form = [/^[a-z]{2}(?:-[a-z0-9]+)+$/, 'a region id such as cn-hangzhou'];
const accountForm: Form = [/^(?:\d{10,20}|\*)$/, 'the account number, 16 digits'];
const word: Form = [/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, 'letters, digits, - and _'];

function unexpected(name: string, value: string | undefined, [pattern, expected]: Form): string[] {
  return value === undefined || pattern.test(value) ? [] : [`${name} ${printable(value)}: expected ${expected}`];
}

function refuse(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new UserError(wrong.join('\n  '), 2);
}

function json({ grants: _, notes, ...documents }: Policies, wanted: readonly Part[]): string {
  const chosen = Object.fromEntries(wanted.map((part) => [part, documents[part]]));
  return `${JSON.stringify({ ...chosen, notes: wanted.flatMap((part) => notes[part]) }, null, 2)}\n`;
}

function text(policies: Policies, wanted: readonly Part[], { accountId }: Setting): string {
  const { grants, notes } = policies;
  const lines: string[] = [];
  const section = (part: Part, title: string, body: readonly string[]): void => {
    if (!wanted.includes(part)) return;
    lines.push(title, '', ...body, ...notes[part].map((note) => `  note: ${note}`), '');
  };
  section(
    'function',
    `function: policy of the role ${policies.function.role}`,
    granted(grants.function, policies.function.policies),
  );
  section('trust', `trust: who may take the role ${policies.trust.role}`, ['  Function Compute (fc.aliyuncs.com)']);
  section(
    'trigger',
    `trigger: the role ${policies.trigger.role}, which OSS (oss.aliyuncs.com) takes`,
    granted(grants.trigger, policies.trigger.policies),
  );
  section(
    'deployer',
    'deployer: policy of whoever runs npm run deploy',
    granted(grants.deployer, policies.deployer.policies),
  );
  section('replay', 'replay: policy of whoever runs npm run replay', granted(grants.replay, policies.replay.policies));
  const anyAccount =
    accountId === '*' ? ['  note: without --account (or ACCOUNT_ID) the account in them is *, any.', ''] : [];
  return `${[
    ...lines,
    ...anyAccount,
    'create them, with the command line of Alibaba Cloud:',
    '',
    ...commandsFor(policies, wanted).map((line) => `  ${line}`),
    '',
    ...consoleSteps(wanted),
  ]
    .map(printable)
    .join('\n')}\n`;
}

function granted(grants: readonly Grant[], policies: readonly NamedPolicy[]): string[] {
  const size = (document: PolicyDocument) => lengthOf(document).toLocaleString('en');
  const sizes = policies.map(
    ({ name, document }) => `  ${name}: ${size(document)} of ${mostCharacters.toLocaleString('en')} characters`,
  );
  const statements = grants.flatMap(({ why, statement: { Action, Resource, Condition } }) => [
    `  ${why}`,
    `    ${Action.join(', ')}`,
    ...Resource.slice(0, shown).map((resource) => `      ${resource}`),
    ...(Resource.length > shown ? [`      … and ${Resource.length - shown} more (--json has all)`] : []),
    ...(Condition === undefined ? [] : [`      if ${JSON.stringify(Condition)}`]),
  ]);
  return [...statements, ...sizes];
}

const shown = 12;

function consoleSteps(wanted: readonly Part[]): string[] {
  const steps = [
    'or in the console (https://ram.console.aliyun.com), with the documents of --json:',
    '  Policies → Create Policy → JSON: paste a document, save it under its name.',
    ...(wanted.includes('trust') || wanted.includes('function')
      ? ['  Roles → Create Role → Cloud Service → Function Compute; then Grant Permission → Custom Policy.']
      : []),
    ...(wanted.includes('trigger')
      ? ['  Roles → Create Role → Cloud Service → Object Storage Service; the same.']
      : []),
    ...(wanted.includes('deployer') || wanted.includes('replay')
      ? ['  Users → whoever deploys or replays → Grant Permission → Custom Policy.']
      : []),
  ];
  return steps;
}

await runAsProcess(command, import.meta.url);
