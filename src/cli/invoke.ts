// `npm run invoke -- EVENT.json`: one event through the built function on the embedded OSS, where the sample photos are.
import { EventError, readEvent, type Upload } from '../event.js';
import { functionName } from '../local/cloud.js';
import type { InvocationReport } from '../local/fc/invocation.js';
import type { Summary } from '../outcome.js';
import { type Command, runAsProcess, UserError } from './command.js';
import { startEmbedded } from './embedded.js';
import { readBytes } from './file.js';
import { printable, resultLine } from './result-line.js';
import { isBucketName, sampleObjects, upload } from './sample-objects.js';

const options = { config: { type: 'string' }, json: { type: 'boolean' } } as const;

export const command: Command<typeof options> = {
  name: 'invoke',
  summary: 'Runs one event through the built function on an embedded OSS that holds the sample photos.',
  operands: 'EVENT.json',
  minOperands: 1,
  flags: ['--config FILE.json  rules to use instead of src/config.ts', '--json  the summary that the function returns'],
  notes: 'Sample events are in events/. Exit code 1: something failed.',
  options,
  async run({ flags, operands: [file = ''] }) {
    const { bytes, uploads } = readEventFile(file);
    // Another name is no bucket, and no rule can listen to it.
    const buckets = new Set(uploads.map(({ bucket }) => bucket).filter(isBucketName));
    const embedded = await startEmbedded({
      configFile: flags.config,
      buckets: [...buckets],
      instances: 1,
      triggers: false,
    });
    try {
      for (const bucket of buckets) {
        const keys = new Set(uploads.filter((upload) => upload.bucket === bucket).map(({ key }) => key));
        await upload(embedded.url, bucket, await sampleObjects(keys));
      }
      const report = await embedded.fc.invoke(functionName, bytes);
      return print(report, flags.json ?? false);
    } finally {
      await embedded.close();
    }
  },
};

function readEventFile(file: string): { bytes: Buffer; uploads: readonly Upload[] } {
  const bytes = readBytes(file);
  try {
    return { bytes, uploads: readEvent(bytes).uploads };
  } catch (cause) {
    if (!(cause instanceof EventError)) throw cause;
    throw new UserError(`${file}: ${cause.message}`, 1, { cause });
  }
}

function print({ errorType, result }: InvocationReport, json: boolean): number {
  const text = result.toString('utf8');
  if (errorType !== undefined) {
    const { errorType: name, errorMessage } = JSON.parse(text) as { errorType?: string; errorMessage: string };
    throw new UserError(`the function failed: ${name ?? errorType}: ${errorMessage}`);
  }
  const summary = JSON.parse(text) as Summary;
  if (json) {
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  } else {
    for (const result of summary.results) {
      process.stdout.write(`${resultLine(JSON.stringify({ event: 'result', ...result }))}\n`);
    }
    const omitted = summary.omitted === undefined ? '' : ` (${summary.omitted} not listed)`;
    process.stdout.write(
      printable(`${summary.saved} saved, ${summary.skipped} skipped, ${summary.failed} failed${omitted}`),
    );
    process.stdout.write('\n');
  }
  return summary.failed > 0 ? 1 : 0;
}

await runAsProcess(command, import.meta.url);
