// `npm run reconcile`: makes what is in a bucket match the rules. A plan first; nothing is changed without --apply.
import { functionRules, functionSetting } from '../deploy/function-rules.js';
import { indexConfig } from '../pipeline/match.js';
import { choiceOf } from '../reconcile/choice.js';
import { deployedFunction } from '../reconcile/deployed.js';
import { reconcile } from '../reconcile/reconcile.js';
import { accountNotes, accountOptions, commandEnvironment, isLocal, openAccount } from '../remote/account.js';
import { showProgress } from '../terminal/progress.js';
import { stopSignal } from '../terminal/stop-signal.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  apply: { help: 'carry the plan out, on this machine' },
  'in-cloud': { help: 'with --apply: inside the deployed function, on its timer' },
  status: { help: 'how far the newest sweep is: done, left, hours to go, failures by code' },
  resume: { help: 'go on with the newest sweep; where it ended at a cap, with a plan of what is left' },
  cancel: { help: 'give the newest sweep up' },
  prune: { value: 'N', help: 'with --apply: delete the N orphans of the plan, and make nothing' },
  rule: { value: 'NAME', help: 'only what this rule makes' },
  only: { value: 'WHAT', help: 'missing or stale: only these' },
  since: { value: 'TIME', help: 'only sources stored at this time or later (ISO 8601)' },
  until: { value: 'TIME', help: 'only sources stored before this time' },
  force: { help: 'make also what is current: its style, headers or tags have changed' },
  'max-objects': {
    value: 'N',
    help: 'make at most N derivatives; a plan above 10,000, or 100 GB, needs its own number',
  },
  'max-bytes': { value: 'SIZE', help: 'process at most so many bytes of sources, such as 500GB' },
  'max-failures': { value: 'SHARE', help: 'end where more than this share fails (default 0.1)' },
  rate: { value: 'N', help: 'image calls a second at most (default: --share of --qps)' },
  share: { value: 'SHARE', help: 'of what OSS takes from the account (default 0.5); the rest is for live uploads' },
  qps: { value: 'N', help: 'image calls a second that OSS takes (default: the region’s quota)' },
  mbps: { value: 'N', help: 'MB of sources a second that OSS takes (default: the region’s quota)' },
  sample: { value: 'N', help: 'look at the first N sources of each location only' },
  inventory: { value: 'oss://…/manifest.json', help: 'an OSS inventory, instead of listing the sources' },
  config: { value: 'FILE.json', help: 'rules to use instead of those at CONFIG_URI, or of src/config.ts without it' },
  endpoint: accountOptions.endpoint,
  region: accountOptions.region,
  concurrency: { value: 'N', help: 'how many calls to OSS at a time, 1 to 100 (default 20)' },
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'reconcile',
  summary:
    'Compares what the rules want with what is there, says what is missing and what it costs to make it; with --apply,\n' +
    'makes exactly that.',
  operands: ['[oss://BUCKET/PREFIX …]'],
  notes:
    'By dates: a derivative that is older than its source is stale, one of the same second or later is current. What\n' +
    'dates cannot tell: a changed style, header or tag leaves no trace, and a derivative that a race left behind may be\n' +
    'newer than its source; --force with --rule makes them anew. What has failed for good counts as missing, and is tried again.\n' +
    'Sources stored after a sweep began are left to their events. Exit code 1: something failed, or is left; 130: after\n' +
    'Ctrl-C, --resume goes on.\n' +
    accountNotes,
  options,
  async run({ flags, operands, out, error }) {
    const choice = choiceOf(flags, operands);
    const env = commandEnvironment(flags.endpoint);
    const local = isLocal(flags.endpoint ?? env['OSS_ENDPOINT']);
    const setting = await functionSetting(flags, env);
    if (setting.note !== undefined) error(`${setting.note}\n`);
    const region = flags.region ?? setting.region ?? (env['REGION'] || 'cn-hangzhou');
    const account = openAccount({ ...flags, region, concurrency: flags.concurrency ?? '20' }, env);
    const over = new AbortController();
    let stopped: Promise<void> | undefined;
    try {
      const config = await functionRules(flags.config, setting.environment, account.oss);
      return await reconcile({
        account,
        config,
        index: indexConfig(config),
        choice,
        region,
        deployed: deployedFunction(setting, local),
        configFile: flags.config,
        endpoint: flags.endpoint,
        json: flags.json ?? false,
        out,
        show: flags.json ? () => {} : out,
        progress: (text) => showProgress(text, { terminal: process.stderr.isTTY, write: error }),
        stopSignal: () => {
          stopped ??= stopSignal(over.signal);
          return stopped;
        },
        now: Date.now,
        random: Math.random,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    } finally {
      over.abort();
      await account.close();
    }
  },
};

await runAsProcess(command, import.meta.url);
