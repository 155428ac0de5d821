// `npm start`: runs the embedded OSS and the function until Ctrl-C, for uploads with any OSS client.
import { randomInt } from 'node:crypto';
import { localAccount } from '../local/account.js';
import { functionName } from '../local/cloud.js';
import { FaultMistakes, faultHelp } from '../local/faults/fault.js';
import { createFaults, type Faults } from '../local/faults/faults.js';
import { likeOss } from '../local/image/text-font.js';
import { sampleObjects, upload } from '../local/samples/objects.js';
import { objectUri } from '../oss/object-name.js';
import { openAccount } from '../remote/account.js';
import { bucketName } from '../rules/oss-limits.js';
import { printable } from '../rules/printable.js';
import { userPath } from '../terminal/file.js';
import { shellWord } from '../terminal/shell-quote.js';
import { stopSignal } from '../terminal/stop-signal.js';
import { jsonObjectIn, resultLine } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, type Input, runAsProcess } from './support/command.js';
import { type Embedded, startEmbedded } from './support/embedded.js';
import { milliseconds, wholeNumber } from './support/flag-value.js';
import type { RulesNews } from './support/running-rules.js';

const options = {
  port: { value: 'N', help: 'port on 127.0.0.1 (default 9000; 0: any free port)' },
  data: { value: 'DIR', help: 'keep the objects in this folder (default: in memory)' },
  config: configOption,
  bucket: { value: 'NAME', multiple: true, help: 'create this bucket as well; repeatable' },
  'no-sample': { help: 'upload no sample photos' },
  'no-imm': { help: 'behave as if no bucket were bound to an IMM project' },
  'avif-by-post': {
    help: 'let styles with format,avif succeed; OSS’s pages say that no saving request can write AVIF',
  },
  instances: { value: 'N', help: 'how many function instances may run (default 2)' },
  fault: { value: 'FAULT', multiple: true, help: 'a fault that strikes the function, see below; repeatable' },
  seed: { value: 'N', help: 'decides which of its calls the faults strike (default: random, and printed)' },
  'retry-interval': { value: 'TIME', help: 'time until Function Compute tries again (default: 0.5s, doubling)' },
  json: {
    help: 'JSON: a line when it is ready, then the function’s own log lines instead of one line for each result',
  },
} as const;

export const command: Command<typeof options> = {
  name: 'start',
  summary: 'Runs the function on an embedded OSS: what you upload there is processed as your rules say.',
  notes: faultHelp(),
  options,
  async run({ flags, out, error }) {
    for (const bucket of flags.bucket ?? []) {
      if (!bucketName.test(bucket)) throw new UserError(`--bucket ${bucket}: expected 3 to 63 of a-z, 0-9 and -`, 2);
    }
    if (flags.data === '') throw new UserError('--data: expected the path of a folder', 2);
    const interval = flags['retry-interval'];
    const retryInterval = interval === undefined ? undefined : milliseconds('retry-interval', interval);
    const faults = faultsOf(flags.fault ?? [], flags.seed, error);
    const embedded = await startEmbedded({
      port: wholeNumber('port', flags.port ?? '9000', 0, 65_535),
      dataDir: flags.data === undefined ? undefined : userPath(flags.data),
      configFile: flags.config,
      buckets: flags.bucket ?? [],
      immBound: !flags['no-imm'],
      avifByPost: flags['avif-by-post'],
      instances: wholeNumber('instances', flags.instances ?? '2', 1, 100),
      studio: true,
      faults,
      retryDelay: retryInterval === undefined ? undefined : () => retryInterval,
      onLog: (line, { stream }) => {
        if (stream !== 'runtime') out(`${flags.json ? jsonLine(line, stream) : resultLine(line)}\n`);
      },
      onRules: (news) => out(`${flags.json ? JSON.stringify({ event: 'rules', ...news }) : rulesLine(news)}\n`),
      onFailure: ({ requestPayload, requestContext: { condition, requestId } }) =>
        error(`onFailure ${condition} ${requestId}: ${requestPayload.slice(0, 2_000)}\n`),
      onBug: (bug) => error(`embedded OSS: ${bug instanceof Error ? bug.stack : String(bug)}\n`),
      textFont: likeOss(() => error(`${otherFont}\n`)),
      onForeign: onceEach((reason) => error(`refused ${printable(reason)}\n`)),
    });
    const stopped = stopSignal();
    out(flags.json ? `${JSON.stringify({ event: 'ready', ...addressOf(embedded) })}\n` : introduction(embedded));
    const ready = await rulesAreThere(embedded);
    if (!ready) error(`${missingRules(embedded)}\n`);
    if (!flags['no-sample'] && ready) await Promise.race([stopped, uploadSamples(embedded)]);
    await stopped;
    error('stopping\n');
    for (const [fault, count] of Object.entries(faults?.counts() ?? {})) error(`fault   ${fault} ${count} times\n`);
    await embedded.close();
    return 0;
  },
};

function rulesLine(news: RulesNews): string {
  if ('refused' in news) return `rules   the function keeps those that it has; ${news.refused}`;
  const { source, file, rules, outputs } = news;
  const counts = `${rules} ${rules === 1 ? 'rule' : 'rules'}, ${outputs} ${outputs === 1 ? 'output' : 'outputs'}`;
  return source === 'draft'
    ? `rules   a draft of the studio is in force, in place of ${file}: ${counts}`
    : `rules   ${file} is loaded again: ${counts}`;
}

const otherFont =
  'note: WenQuanYi Zen Hei, the font of OSS, is not installed: Noto Sans SC draws the texts of watermarks, with other widths (Debian: apt-get install fonts-wqy-zenhei)';

/** A log line as JSON, whatever the function writes: a warning of Node.js is text. */
function jsonLine(line: string, stream: string): string {
  return jsonObjectIn(line) === undefined ? JSON.stringify({ event: 'output', stream, line }) : line;
}

/** Says each reason once: a browser shows its page nothing of it. A page that thinks of ever new ones is cut short. */
function onceEach(say: (reason: string) => void): (reason: string) => void {
  const said = new Set<string>();
  return (reason) => {
    if (said.has(reason) || said.size === 100) return;
    said.add(reason);
    say(reason);
  };
}

/** What a client needs to know. */
function addressOf({ url, buckets, rulesAt }: Embedded) {
  const { region, accessKeyId, accessKeySecret, accountId } = localAccount;
  const rules = rulesAt && objectUri(rulesAt.bucket, rulesAt.key);
  return {
    url,
    studio: `${url}/-/`,
    region,
    accessKeyId,
    accessKeySecret,
    role: `acs:ram::${accountId}:role/oss-client`,
    buckets,
    rules,
  };
}

function introduction(embedded: Embedded): string {
  const { url, studio, region, accessKeyId, accessKeySecret, role, buckets } = addressOf(embedded);
  return [
    `ready ${url}`,
    `studio ${studio} shows in a browser what an upload becomes`,
    `region ${region}`,
    `access key ${accessKeyId} / ${accessKeySecret}`,
    `role ${role}, or any other name; AssumeRole answers at the same URL`,
    `buckets ${buckets.map(printable).join(' ')}\n`,
  ].join('\n');
}

/** Faults strike the function alone: people's own clients work. */
function faultsOf(
  texts: readonly string[],
  seedFlag: string | undefined,
  error: Input<typeof options>['error'],
): Faults | undefined {
  const seed = wholeNumber('seed', seedFlag ?? String(randomInt(2 ** 32)), 0, 2 ** 32 - 1);
  if (texts.length === 0) return undefined;
  try {
    const faults = createFaults(texts, {
      seed,
      only: ({ caller }) => caller?.key.principalId === functionName,
      onFault: ({ fault, what, bucket, key }) => error(`fault   ${fault} ${what} oss://${bucket}/${printable(key)}\n`),
    });
    error(`faults  --seed ${seed}\n`);
    return faults;
  } catch (cause) {
    if (!(cause instanceof FaultMistakes)) throw cause;
    throw new UserError(cause.mistakes.map((mistake) => `--fault ${mistake}`).join('\n       '), 2, { cause });
  }
}

/** False where CONFIG_URI names rules in the embedded OSS that nobody has published yet. */
async function rulesAreThere({ url, rulesAt }: Embedded): Promise<boolean> {
  if (rulesAt === undefined) return true;
  const account = openAccount({ endpoint: url }, {});
  try {
    return (await account.oss.headObject(rulesAt)) !== undefined;
  } finally {
    await account.close();
  }
}

function missingRules({ url, rulesAt }: Embedded): string {
  const uri = rulesAt === undefined ? '' : objectUri(rulesAt.bucket, rulesAt.key);
  return (
    `CONFIG_URI: there is no ${uri} yet, so that every upload fails, and no sample is uploaded; publish rules:\n` +
    `  npm run publish -- ${shellWord(uri)} --config src/config.ts --endpoint ${url}`
  );
}

/** Into the first bucket of the first rule. */
async function uploadSamples({ url, config }: Embedded): Promise<void> {
  const bucket = config.rules[0]?.when.buckets[0];
  if (bucket !== undefined) await upload(url, bucket, await sampleObjects());
}

await runAsProcess(command, import.meta.url);
