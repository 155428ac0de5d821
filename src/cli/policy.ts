// `npm run policy`: the RAM policies that the rules need: the function's role, the trigger's role, and whoever deploys.

import { withEnvironmentFile } from '../deploy/environment-file.js';
import { commandsFor } from '../deploy/policy/commands.js';
import { type Grant, lengthOf, mostCharacters, type PolicyDocument } from '../deploy/policy/document.js';
import { type NamedPolicy, type Part, type Policies, parts, policiesOf } from '../deploy/policy/policies.js';
import { type Setting, settingOf } from '../deploy/policy/setting.js';
import { notBucket, notObjectKey } from '../rules/values.js';
import { type Command, runAsProcess, UserError } from './command.js';
import { readConfig } from './configuration.js';
import { printable } from './result-line.js';

const options = {
  only: { type: 'string' },
  region: { type: 'string' },
  account: { type: 'string' },
  config: { type: 'string' },
  'config-uri': { type: 'string' },
  'kms-key': { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Flags = { readonly [Name in Exclude<keyof typeof options, 'json'>]?: string | undefined };

export const command: Command<typeof options> = {
  name: 'policy',
  summary:
    'The RAM policies that the rules need, and no more: what each statement is for, and the commands that make them.',
  flags: [
    '--only PART  function (its policy), trust (who may take its role), trigger, deployer or replay',
    '--region ID  (default REGION, else cn-hangzhou)',
    '--account ID  the account number (default ACCOUNT_ID, else any account: *)',
    '--config FILE.json  rules to use instead of src/config.ts',
    '--config-uri URI  oss://bucket/key.json, where the function reads its rules (default CONFIG_URI)',
    '--kms-key ID  the key of encrypted buckets, if it is your own',
    '--json  the documents as JSON',
  ],
  notes:
    'FUNCTION_NAME, FUNCTION_ROLE, TRIGGER_ROLE, FAILURE_QUEUE, LOG_PROJECT and LOG_STORE count as they do for s.yaml, from\n' +
    'the environment or .env.',
  options,
  async run({ flags }) {
    const environment = withEnvironmentFile();
    const wanted = wantedOf(flags.only);
    const setting = settingFrom(flags, environment);
    const { config } = readConfig(flags.config, environment);
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
function settingFrom(flags: Flags, environment: NodeJS.ProcessEnv): Setting {
  const wrong: string[] = [];
  const setting = settingOf({
    ...environment,
    ...(flags.region === undefined ? {} : { REGION: flags.region }),
    ...(flags.account === undefined ? {} : { ACCOUNT_ID: flags.account }),
  });
  const expect = (name: string, value: string | undefined, pattern: RegExp, expected: string): void => {
    if (value !== undefined && !pattern.test(value)) wrong.push(`${name} ${printable(value)}: expected ${expected}`);
  };
  expect('the region', setting.region, /^[a-z]{2}(?:-[a-z0-9]+)+$/, 'a region id such as cn-hangzhou');
  expect('the account', setting.accountId, /^(?:\d{10,20}|\*)$/, 'the account number, 16 digits');
  const name = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
  expect('FUNCTION_NAME', setting.functionName, name, 'letters, digits, - and _');
  for (const role of ['functionRole', 'triggerRole'] as const) {
    expect(
      role === 'functionRole' ? 'FUNCTION_ROLE' : 'TRIGGER_ROLE',
      setting[role],
      /^[A-Za-z0-9.-]{1,64}$/,
      'letters, digits, . and -',
    );
  }
  const word = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
  expect('FAILURE_QUEUE', setting.failureQueue, word, 'letters, digits, - and _, or none');
  expect('LOG_PROJECT', setting.logProject, word, 'letters, digits, - and _');
  expect('LOG_STORE', setting.logStore, word, 'letters, digits, - and _');
  expect('--kms-key', flags['kms-key'], word, 'the id of a key');
  const uri = flags['config-uri'] ?? (environment['CONFIG_URI'] || undefined);
  const place = configObjectOf(uri);
  if (uri !== undefined && place === undefined && (flags['config-uri'] !== undefined || uri.startsWith('oss:'))) {
    wrong.push(`${flags['config-uri'] === undefined ? 'CONFIG_URI' : '--config-uri'}: expected oss://bucket/key.json`);
  }
  if (wrong.length > 0) throw new UserError(wrong.join('\n  '), 2);
  const kmsKey = flags['kms-key'];
  return { ...setting, ...(place && { configObject: place }), ...(kmsKey === undefined ? {} : { kmsKey }) };
}

function configObjectOf(uri: string | undefined): { bucket: string; key: string } | undefined {
  const [, bucket = '', key = ''] = /^oss:\/\/([^/]+)\/(.+)$/su.exec(uri ?? '') ?? [];
  return notBucket(bucket) === undefined && notObjectKey(key) === undefined ? { bucket, key } : undefined;
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
