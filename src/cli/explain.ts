// `npm run explain -- oss://bucket/key`: what the function does with one upload, and why, without sending anything;
// with --live or --endpoint what has become of it.
import { eventJson, eventReport, explainEvent } from '../check/explain/event.js';
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { functionRules, functionSetting } from '../deploy/function-rules.js';
import { answerOf } from '../doctor/picture/answer.js';
import { examine } from '../doctor/picture/picture.js';
import { pictureJson, pictureReport } from '../doctor/picture/report.js';
import { accountNotes, accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { printable } from '../rules/printable.js';
import { showProgress } from '../terminal/progress.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, type Input, runAsProcess } from './support/command.js';
import { isUri, readOperand, valuesOf } from './support/event-operand.js';

const options = {
  size: { value: 'BYTES', help: 'size of the upload, e.g. 300000, 300KB or 4MB (1 KB = 1,000 bytes)' },
  etag: { value: 'ETAG', help: 'ETag of the upload' },
  time: { value: 'TIME', help: 'time of the event in ISO 8601; templates may use its date (UTC)' },
  event: { value: 'NAME', help: 'event name, e.g. CopyObject or ObjectRemoved:DeleteObject (default: PutObject)' },
  config: configOption,
  file: { value: 'FILE', help: 'another s.yaml, for the region and the environment' },
  all: { help: 'list every other rule, not only the ten that came nearest' },
  json: { help: 'the explanations as JSON' },
  live: { help: 'look at the object, its derivatives and the journal; the flags below are for this alone' },
  ...accountOptions,
} as const;

type Flags = Input<typeof options>['flags'];
type Streams = Pick<Input<typeof options>, 'out' | 'error'>;

/** Seconds: that of s.yaml as it comes, and of `npm start`. */
const usualTimeout = 300;
/** Other rules that are listed for an upload. */
const mostOthers = 10;

export const command: Command<typeof options> = {
  name: 'explain',
  summary:
    'Prints which rule takes an upload, why no other does, and the exact targets and requests. Sends nothing. With\n' +
    '--live or --endpoint: what has become of the upload.',
  operands: ['oss://BUCKET/KEY | EVENT.json'],
  notes:
    'Keys are literal: %20 is three characters. The rules are loaded with the environment that s.yaml gives the\n' +
    'function. Exit code 1: the configuration or the event is wrong; with --live also that a derivative of an object\n' +
    'that is there is missing, that one is older than its source or has other headers or tags than its rule asks for,\n' +
    'that the journal waits for something, or that something could not be seen. That there is no such object, or that\n' +
    'no rule takes it, is an answer as well: exit code 0. --live changes nothing; it needs oss:GetObject on source and\n' +
    'targets, oss:GetObjectTagging on targets that have tags, and oss:ListObjects and oss:GetObject on the journal.\n' +
    accountNotes,
  options,
  async run({ flags, operands: [operand = ''], out, error }) {
    const live = flags.live === true || flags.endpoint !== undefined;
    refuseMixed(flags, live, operand);
    return live ? explainLive(operand, flags, { out, error }) : explainDry(operand, flags, { out, error });
  },
};

function refuseMixed(flags: Flags, live: boolean, operand: string): void {
  if (!live) {
    const given = (['region', 'concurrency'] as const).filter((name) => flags[name] !== undefined);
    if (given.length > 0) throw new UserError(`${given.map((name) => `--${name}`).join(', ')}: only with --live`, 2);
    return;
  }
  if (!isUri(operand)) throw new UserError(`${printable(operand)}: with --live expected oss://BUCKET/KEY`, 2);
  const given = (['size', 'etag', 'time', 'event'] as const).filter((name) => flags[name] !== undefined);
  if (given.length === 0) return;
  throw new UserError(`${given.map((name) => `--${name}`).join(', ')}: with --live the object itself tells`, 2);
}

async function explainDry(operand: string, flags: Flags, { out, error }: Streams): Promise<number> {
  const values = valuesOf(flags);
  const delivery = readOperand(operand, flags.event);
  const { environment, region, note } = await deployedEnvironment(flags.config, flags.file);
  const { config } = readConfig(flags.config, environment);
  const uploads = delivery.uploads.map((upload) => ({ ...upload, ...values }));
  const override = environment['OSS_ENDPOINT'];
  const event = await explainEvent({ ...delivery, uploads }, config, {
    region,
    override,
    now: Date.now(),
    fromFile: !isUri(operand),
  });
  if (note !== undefined) error(`${printable(note)}\n`);
  const most = mostListed(flags);
  out(flags.json ? `${JSON.stringify(eventJson(event, most), null, 2)}\n` : eventReport(event, most, region));
  return 0;
}

async function explainLive(operand: string, flags: Flags, { out, error }: Streams): Promise<number> {
  const [upload] = readOperand(operand).uploads;
  if (upload === undefined) throw new UserError(`${printable(operand)}: it names no upload`, 2);
  const env = commandEnvironment(flags.endpoint);
  let timeout = usualTimeout;
  const setting = await functionSetting(flags, env, async (config) => {
    const deployed = await deployedEnvironment(config, flags.file);
    timeout = deployed.resource?.timeout ?? usualTimeout;
    return deployed;
  });
  if (setting.note !== undefined) error(`${printable(setting.note)}\n`);
  const region = flags.region ?? setting.region ?? (env['REGION'] || 'cn-hangzhou');
  const account = openAccount({ ...flags, region }, env);
  const progress = showProgress(`explain: looking at ${printable(operand)}`, {
    terminal: process.stderr.isTTY,
    write: error,
  });
  try {
    const config = await functionRules(flags.config, setting.environment, account.oss);
    const picture = await examine(upload, {
      config,
      region,
      oss: account.oss,
      details: account.details,
      concurrency: account.concurrency,
      now: Date.now(),
      timeout,
      step: (read) => progress.step(`explain: ${read} journal records read`),
    });
    progress.end();
    const most = mostListed(flags);
    out(flags.json ? `${JSON.stringify(pictureJson(picture, most), null, 2)}\n` : pictureReport(picture, most));
    return answerOf(picture).well ? 0 : 1;
  } finally {
    progress.end();
    await account.close();
  }
}

function mostListed(flags: Flags): number {
  return flags.all ? Number.POSITIVE_INFINITY : mostOthers;
}

await runAsProcess(command, import.meta.url);
