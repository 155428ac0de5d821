// `npm run explain -- oss://bucket/key`: what the function does with one upload, and why; nothing is sent anywhere.
import { eventJson, eventReport, explainEvent } from '../check/explain/event.js';
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { printable } from '../terminal/result-line.js';
import { type Command, runAsProcess } from './support/command.js';
import { isUri, readOperand, valuesOf } from './support/event-operand.js';

const options = {
  config: { type: 'string' },
  file: { type: 'string' },
  size: { type: 'string' },
  etag: { type: 'string' },
  time: { type: 'string' },
  event: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Other rules that are listed for an upload. */
const mostOthers = 10;

export const command: Command<typeof options> = {
  name: 'explain',
  summary:
    'Says which rule takes an upload and why no other does, and shows the exact targets and requests. Sends nothing.',
  operands: 'oss://BUCKET/KEY | EVENT.json',
  minOperands: 1,
  flags: [
    '--size BYTES  of the upload, e.g. 300000, 300KB or 4MB (1 KB = 1,000 bytes)',
    '--etag ETAG  of the upload',
    '--time TIME  of the event, ISO 8601: templates may use its date (UTC)',
    '--event NAME  e.g. CopyObject or ObjectRemoved:DeleteObject (default: PutObject)',
    '--config FILE.json  rules to use instead of src/config.ts',
    '--file FILE  another s.yaml, which says the region and the environment',
    '--all  list every other rule, not the ten that came nearest',
    '--json  the explanations as JSON',
  ],
  notes:
    'Keys are literal: %20 is three characters. The rules are loaded with the environment that s.yaml gives the function.\n' +
    'Exit code 0 also when no rule takes it: that is the answer. 1: the configuration or the event is wrong.',
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
