// `npm run policy`: the RAM policies that the rules need: for the function's role, the trigger's role, and people who
// deploy, replay or reconcile.
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { type Part, parts, policiesOf, reconcileParts } from '../deploy/policy/policies.js';
import { policiesJson, policiesText } from '../deploy/policy/report.js';
import { checkFlags, settingFrom } from '../deploy/policy/setting.js';
import { printable } from '../rules/printable.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, fileOption, runAsProcess } from './support/command.js';

const options = {
  only: {
    value: 'PART',
    help: 'function (its policy), trust (who may assume its role), trigger, deployer, replay, sweep or reconcile',
  },
  reconcile: { help: 'what reconciling adds: to the function’s role for sweeps in the cloud, and for whoever runs it' },
  region: { value: 'ID', help: 'the region (default: that of s.yaml)' },
  account: { value: 'ID', help: 'the account number (default: that of s.yaml, else *, which is any account)' },
  config: configOption,
  file: fileOption,
  'config-uri': { value: 'oss://BUCKET/KEY', help: 'where the rules are kept (default: CONFIG_URI of s.yaml)' },
  'kms-key': { value: 'ID', help: 'the key that encrypts the buckets, if it is your own' },
  json: { help: 'the documents as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'policy',
  summary: 'Prints the RAM policies that the rules need: why each statement is needed, and commands to create them.',
  notes:
    'Names, roles, destinations and the log are those of s.yaml. If it cannot be read, stderr says so, and they\n' +
    'are those of its variables: FUNCTION_NAME, FUNCTION_ROLE, TRIGGER_ROLE, FAILURE_QUEUE, SUCCESS_DESTINATION,\n' +
    'LOG_PROJECT, LOG_STORE and CONFIG_URI.',
  options,
  async run({ flags, out, error }) {
    const wanted = flags.only === undefined ? (flags.reconcile ? reconcileParts : parts) : [partOf(flags.only)];
    checkFlags(flags);
    const env = withEnvironmentFile();
    if (flags.region !== undefined) env['REGION'] = flags.region;
    if (flags.account !== undefined) env['ACCOUNT_ID'] = flags.account;
    const { environment, resource, unset = [], note } = await deployedEnvironment(flags.config, flags.file, env);
    const setting = settingFrom(flags, resource, env);
    const { config } = readConfig(flags.config, environment);
    if (note !== undefined) error(`${printable(note)}\n`);
    // The text says itself that the account is not set.
    const missing = unset.filter((name) => name !== 'ACCOUNT_ID');
    if (missing.length > 0) error(`note: not set yet, so that stand-ins are named: ${missing.join(', ')}\n`);
    const policies = policiesOf(config, setting);
    out(flags.json ? policiesJson(policies, wanted) : policiesText(policies, wanted, setting.accountId === '*'));
    return 0;
  },
};

function partOf(only: string): Part {
  const all = [...parts, ...reconcileParts];
  const part = all.find((name) => name === only);
  if (part === undefined) throw new UserError(`--only ${only}: expected ${all.join(', ')}`, 2);
  return part;
}

await runAsProcess(command, import.meta.url);
