import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parts, policiesOf } from '../../../src/deploy/policy/policies.js';
import { commandsFor } from '../../../src/deploy/policy/report.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { loadConfig } from '../../../src/rules/load.js';

const config = loadConfig(
  {
    journal: 'throw',
    rules: [
      {
        name: 'r',
        when: { bucket: 'photos', prefix: `it's "$(odd)" \`x\`\\/` },
        outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.webp' } }],
      },
    ],
  },
  {},
);

describe('commandsFor', () => {
  const policies = policiesOf(config, settingOf({}));

  it('hands each document to the command line as it is', () => {
    const commands = commandsFor(policies, parts);
    // The shell reads them; `aliyun` is a function that prints its last word.
    const script = `aliyun() { for word; do :; done; printf '%s\\n' "$word"; }\n${commands.join('\n')}\n`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(words.filter((word) => word.startsWith('{')).map((word) => JSON.parse(word))).toEqual([
      policies.trust.document,
      policies.function.policies[0]?.document,
      policies.trigger.trust,
      policies.trigger.policies[0]?.document,
      policies.deployer.policies[0]?.document,
    ]);
    expect(words.filter((word) => !word.startsWith('{'))).toEqual(['oss-autostyle', 'oss-autostyle-trigger', 'USER']);
  });

  it('makes only what is wanted', () => {
    expect(commandsFor(policies, ['trust'])).toEqual([expect.stringContaining('CreateRole --RoleName oss-autostyle ')]);
  });
});
