// `npm start`: the embedded OSS and the function, until Ctrl-C. Upload with any OSS client and watch the styles appear.
import { randomInt } from 'node:crypto';
import { functionName, localAccount } from '../local/cloud.js';
import { durationForm, parseDuration } from '../local/faults/duration.js';
import { FaultMistakes, faultHelp } from '../local/faults/fault.js';
import { createFaults, type Faults } from '../local/faults/faults.js';
import { isBucketName, sampleObjects, upload } from '../local/samples/objects.js';
import { userPath } from '../terminal/file.js';
import { printable, resultLine } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, runAsProcess } from './support/command.js';
import { type Embedded, startEmbedded } from './support/embedded.js';

const options = {
  port: { value: 'N', help: 'port on 127.0.0.1 (default 9000; 0: any free port)' },
  data: { value: 'DIR', help: 'keep the objects in this folder (default: in memory)' },
  config: configOption,
  bucket: { value: 'NAME', multiple: true, help: 'create this bucket as well; repeatable' },
  'no-sample': { help: 'upload no sample photos' },
  'no-imm': { help: 'behave as if no bucket were bound to an IMM project' },
  instances: { value: 'N', help: 'how many function instances may run (default 2)' },
  fault: { value: 'FAULT', multiple: true, help: 'a fault that strikes the function, see below; repeatable' },
  seed: { value: 'N', help: 'decides which of its calls the faults strike (default: random, and printed)' },
  'retry-interval': {
    value: 'TIME',
    help: 'time before Function Compute tries again (default: 0.5s, doubled each time)',
  },
  json: { help: 'print the function’s own log lines instead of one line for each result' },
} as const;

export const command: Command<typeof options> = {
  name: 'start',
  summary: 'Runs the function on an embedded OSS: what you upload there is processed as your rules say.',
  notes: faultHelp(),
  options,
  async run({ flags }) {
    for (const bucket of flags.bucket ?? []) {
      if (!isBucketName(bucket)) throw new UserError(`--bucket ${bucket}: expected 3 to 63 of a-z, 0-9 and -`, 2);
    }
    const retryInterval = retryIntervalOf(flags['retry-interval']);
    const faults = faultsOf(flags.fault ?? [], wholeNumber('seed', flags.seed, randomInt(2 ** 32), 0, 2 ** 32 - 1));
    const embedded = await startEmbedded({
      port: wholeNumber('port', flags.port, 9000, 0, 65_535),
      dataDir: flags.data === undefined ? undefined : userPath(flags.data),
      configFile: flags.config,
      buckets: flags.bucket ?? [],
      immBound: !flags['no-imm'],
      instances: wholeNumber('instances', flags.instances, 2, 1, 100),
      faults,
      retryDelay: retryInterval === undefined ? undefined : () => retryInterval,
      onLog: (line, { stream }) => {
        if (stream === 'runtime') return;
        process.stdout.write(`${flags.json ? line : resultLine(line)}\n`);
      },
      onFailure: ({ requestPayload, requestContext }) =>
        process.stderr.write(
          `onFailure ${requestContext.condition} ${requestContext.requestId}: ${requestPayload.slice(0, 2_000)}\n`,
        ),
      onBug: (error) => process.stderr.write(`embedded OSS: ${error instanceof Error ? error.stack : String(error)}\n`),
    });
    const stopped = stopSignal();
    announce(embedded);
    if (!flags['no-sample']) await Promise.race([stopped, uploadSamples(embedded)]);
    await stopped;
    process.stderr.write('stopping\n');
    for (const [fault, count] of Object.entries(faults?.counts() ?? {})) {
      process.stderr.write(`fault   ${fault} ${count} times\n`);
    }
    await embedded.close();
    return 0;
  },
};

/** Faults for the function alone: what people do with their own clients works. */
function faultsOf(texts: readonly string[], seed: number): Faults | undefined {
  if (texts.length === 0) return undefined;
  try {
    const faults = createFaults(texts, {
      seed,
      only: ({ caller }) => caller?.key.principalId === functionName,
      onFault: ({ fault, what, bucket, key }) =>
        process.stderr.write(`fault   ${fault} ${what} oss://${bucket}/${printable(key)}\n`),
    });
    process.stderr.write(`faults  --seed ${seed}\n`);
    return faults;
  } catch (error) {
    if (!(error instanceof FaultMistakes)) throw error;
    throw new UserError(error.mistakes.map((mistake) => `--fault ${mistake}`).join('\n       '), 2, { cause: error });
  }
}

function retryIntervalOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new UserError(`--retry-interval ${text}: expected ${durationForm}`, 2);
  return ms;
}

function announce({ url, buckets }: Embedded): void {
  const { region, accessKeyId, accessKeySecret } = localAccount;
  process.stdout.write(
    `ready ${url}\nregion ${region}\naccess key ${accessKeyId} / ${accessKeySecret}\nbuckets ${buckets.map(printable).join(' ')}\n`,
  );
}

/** Into the bucket that the first rule listens to. */
async function uploadSamples({ url, config }: Embedded): Promise<void> {
  const bucket = config.rules[0]?.when.buckets[0];
  if (bucket !== undefined) await upload(url, bucket, await sampleObjects());
}

/**
 * The first Ctrl-C or SIGTERM. A terminal signals every process of the group, and a wrapper passes the signal on as well:
 * the second one is the same wish. Only one that comes seconds later means that someone has lost patience.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const stop = (): void => {
      first ??= Date.now();
      if (Date.now() - first > 2_000) process.exit(130);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    // npm ends the shell between itself and this process, which then hears of nothing.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop(), 500).unref();
  });
}

function wholeNumber(flag: string, text: string | undefined, fallback: number, least: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UserError(`--${flag} ${text}: expected a whole number from ${least} to ${most}`, 2);
}

await runAsProcess(command, import.meta.url);
