// `npm run triggers`: the triggers that the rules need, as the block that stands in s.yaml; with --write, put there.

import { readConfig } from '../deploy/configuration.js';
import { bucketExpressions, triggerBlock } from '../deploy/triggers/block.js';
import { planTriggers } from '../deploy/triggers/plan.js';
import { configUriOf, refuseReplaced, writeTriggers } from '../deploy/triggers/write.js';
import { userConfig } from '../deploy/user-config.js';
import { printable } from '../rules/printable.js';
import type { ConfigInput } from '../rules/schema.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { type Command, configOption, fileOption, runAsProcess } from './support/command.js';

const options = {
  write: { help: 'write them into s.yaml, between the comments that mark the block' },
  file: fileOption,
  config: configOption,
  json: { help: 'the plan as JSON: triggers, timer, problems' },
} as const;

export const command: Command<typeof options> = {
  name: 'triggers',
  summary: 'Prints the fewest triggers that cover all rules, as the block for s.yaml.',
  notes:
    'The triggers filter by prefix alone: the filters of OSS are case-sensitive and know no `exclude`. A bucket\n' +
    'has at most ten triggers, and no two may overlap. If more are needed, prefixes are merged, and stderr says\n' +
    'what that costs. If s.yaml sets CONFIG_URI to oss://…, the triggers are still those of src/config.ts, which\n' +
    'bounds the rules there; --config FILE.json, a copy of them, adds the removals that they ask for (onDelete).\n' +
    'If it sets CONFIG_URI to a file, --write needs a copy of that.',
  options,
  async run({ flags, out, error }) {
    const environment = withEnvironmentFile();
    const isRead = flags.write || flags.config !== undefined;
    const uri = isRead ? await configUriOf(flags.file, environment) : undefined;
    if (flags.config === undefined) refuseReplaced(uri, flags.file);
    const { config, input } = readConfig(flags.config, { ...environment, CONFIG_URI: uri });
    const plan = planTriggers(config);
    // They have been loaded, so they have this shape.
    const deployed = (config.envelope === undefined ? input : userConfig()) as ConfigInput;
    const expressions = bucketExpressions(deployed, environment);
    for (const { message, fix } of plan.problems) error(`${printable(`note: ${message}; ${fix}`)}\n`);
    if (flags.write) error(`${writeTriggers(flags.file, plan, expressions)}\n`);
    else if (!flags.json) out(triggerBlock(plan, expressions));
    if (flags.json) out(`${JSON.stringify(plan, null, 2)}\n`);
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
