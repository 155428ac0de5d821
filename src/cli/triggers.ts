// `npm run triggers`: the triggers that the rules need, as the block that stands in s.yaml; with --write, put there.
import { readConfig } from '../deploy/configuration.js';
import { bucketExpressions, triggerBlock } from '../deploy/triggers/block.js';
import { planTriggers } from '../deploy/triggers/plan.js';
import { refuseConfigUri, writeTriggers } from '../deploy/triggers/write.js';
import type { ConfigInput } from '../rules/schema.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { printable } from '../terminal/text.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  write: { type: 'boolean' },
  file: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const command: Command<typeof options> = {
  name: 'triggers',
  summary: 'The fewest triggers that cover all that the rules ask for, as the block that stands in s.yaml.',
  flags: [
    '--write  put them into s.yaml, between the comments that mark them',
    '--file FILE  another s.yaml',
    '--config FILE.json  rules to use instead of src/config.ts',
    '--json  the plan as JSON: triggers, timer, problems',
  ],
  notes:
    'The triggers filter by prefix alone: OSS knows neither case-insensitive suffixes nor `exclude`. A bucket can have ten\n' +
    'triggers, and no two may overlap. Where the rules need more, prefixes are merged into wider ones; stderr says which, and\n' +
    'what that costs. Where s.yaml sets CONFIG_URI, --write needs a copy of those rules: --config FILE.json.',
  options,
  async run({ flags, out, error }) {
    const environment = withEnvironmentFile();
    if (flags.write && flags.config === undefined) await refuseConfigUri(flags.file, environment);
    const { config, input } = readConfig(flags.config, environment);
    const plan = planTriggers(config);
    // readConfig has accepted the input, so it has this shape.
    const expressions = bucketExpressions(input as ConfigInput, environment);
    for (const { message, fix } of plan.problems) error(`${printable(`note: ${message}; ${fix}`)}\n`);
    if (flags.write) error(`${writeTriggers(flags.file, plan, expressions)}\n`);
    else if (!flags.json) out(triggerBlock(plan, expressions));
    if (flags.json) out(`${JSON.stringify(plan, null, 2)}\n`);
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
