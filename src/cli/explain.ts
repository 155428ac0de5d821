// `npm run explain -- oss://bucket/key`: what the function does with one upload, and why; nothing is sent anywhere.
import { eventJson, eventReport, explainEvent } from '../check/explain/event.js';
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { printable } from '../terminal/text.js';
import { type Command, configOption, runAsProcess } from './support/command.js';
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
} as const;

/** Other rules that are listed for an upload. */
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
  async run({ flags, operands: [operand = ''], out, error }) {
    const values = valuesOf(flags);
    const delivery = readOperand(operand, flags.event);
    const { environment, region, note } = await deployedEnvironment(flags.config, flags.file);
    const { config } = readConfig(flags.config, environment);
    const uploads = delivery.uploads.map((upload) => ({ ...upload, ...values }));
    const override = environment['OSS_ENDPOINT'];
    const options = { region, override, now: Date.now(), fromFile: !isUri(operand) };
    const event = await explainEvent({ ...delivery, uploads }, config, options);
    if (note !== undefined) error(`${printable(note)}\n`);
    const most = flags.all ? Number.POSITIVE_INFINITY : mostOthers;
    out(flags.json ? `${JSON.stringify(eventJson(event, most), null, 2)}\n` : eventReport(event, most, region));
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
