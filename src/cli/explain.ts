// `npm run explain -- oss://bucket/key`: what the function does with one upload, and why; nothing is sent anywhere.
import { type Explanation, explain } from '../check/explain/explain.js';
import { explainReport } from '../check/explain/report.js';
import { imageQuota } from '../check/quota.js';
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { type Endpoint, resolveEndpoint } from '../oss/endpoint.js';
import { OssError } from '../oss/error.js';
import { printable } from '../terminal/result-line.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, configOption, runAsProcess } from './support/command.js';
import { isUri, readOperand, valuesOf } from './support/event-operand.js';

const options = {
  size: { value: 'BYTES', help: 'size of the upload, e.g. 300000, 300KB or 4MB (1 KB = 1,000 bytes)' },
  etag: { value: 'ETAG', help: 'ETag of the upload' },
  time: { value: 'TIME', help: 'time of the event in ISO 8601; templates may use its date (UTC)' },
  event: {
    value: 'NAME',
    help: 'name of the event, e.g. CopyObject or ObjectRemoved:DeleteObject (default: PutObject)',
  },
  config: configOption,
  file: { value: 'FILE', help: 'another s.yaml, for the region and the environment' },
  all: { help: 'list every other rule, not only the ten that came nearest' },
  json: { help: 'the explanations as JSON' },
} as const;

/** Other rules that are listed. */
const mostOthers = 10;

export const command: Command<typeof options> = {
  name: 'explain',
  summary: 'Prints which rule takes an upload, why no other does, and the exact targets and requests. Sends nothing.',
  operands: ['oss://BUCKET/KEY | EVENT.json'],
  notes:
    'Keys are literal: %20 is three characters. The rules are loaded with the environment that s.yaml gives the\n' +
    'function. Exit code 1: the configuration or the event is wrong. That no rule takes an upload is an answer as\n' +
    'well: exit code 0.',
  options,
  async run({ flags, operands: [operand = ''] }) {
    const values = valuesOf(flags);
    const delivery = readOperand(operand, flags.event);
    const { environment, region, note } = await deployedEnvironment(flags.config, flags.file);
    const { config } = readConfig(flags.config, environment);
    const asked = {
      endpoint: endpointOf(region, environment['OSS_ENDPOINT']),
      region,
      now: Date.now(),
      told: !isUri(operand),
    };
    const explanations: Explanation[] = [];
    for (const upload of delivery.uploads) {
      explanations.push(await explain({ ...upload, ...values }, config, asked));
    }
    const { ignored, malformed, ticks } = delivery;
    if (note !== undefined) process.stderr.write(`${printable(note)}\n`);
    if (flags.json) {
      const cut = flags.all ? explanations : explanations.map(firstOthers);
      process.stdout.write(`${JSON.stringify({ explanations: cut, ignored, malformed, ticks }, null, 2)}\n`);
      return 0;
    }
    const most = flags.all ? Number.POSITIVE_INFINITY : mostOthers;
    const blocks = [
      ...explanations.map((one) => explainReport(one, { most, region, quota: imageQuota(region) })),
      ...ignored.map(({ source, reason }) => `${source}\n\nit is skipped: ${reason}\n`),
      ...malformed.map(({ at, message }) => `${at}\n\ncannot be read: ${message}\n`),
      ...ticks.map(({ triggerName }) => `timer ${triggerName}\n\nruns what the journal holds due\n`),
    ];
    process.stdout.write(blocks.join('\n').split('\n').map(printable).join('\n'));
    return 0;
  },
};

function firstOthers(explanation: Explanation): Explanation & { readonly othersOmitted?: number } {
  const omitted = explanation.others.length - mostOthers;
  if (omitted <= 0) return explanation;
  return { ...explanation, others: explanation.others.slice(0, mostOthers), othersOmitted: omitted };
}

function endpointOf(region: string, override: string | undefined): Endpoint {
  try {
    return resolveEndpoint({ region, override: override || undefined });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(cause.message, 1, { cause });
  }
}

await runAsProcess(command, import.meta.url);
