import { describe, expect, it } from 'vitest';
import { type CheckInput, check } from '../../src/check/check.js';
import { validated } from '../../src/deploy/project.js';
import { loadConfig } from '../../src/rules/load.js';
import type { ConfigInput } from '../../src/rules/schema.js';
import { shippedConfig } from '../support/shipped.js';
import { deployment } from './deployment.js';

const shipped = loadConfig(shippedConfig, {});
const environmentVariables = { SOURCE_BUCKET: 'photos', TARGET_BUCKET: 'photos-out', JOURNAL_BUCKET: 'photos-journal' };

function checked(over: Partial<CheckInput> = {}, inResource: Record<string, unknown> = {}) {
  const result = check({
    input: shippedConfig,
    configFile: undefined,
    deployed: shippedConfig,
    project: {
      file: '/s.yaml',
      unset: [],
      mistakes: [],
      resource: deployment(shipped, { environmentVariables, ...inResource }),
    },
    projectFile: undefined,
    environment: {},
    deploying: false,
    rates: {},
    ...over,
  });
  return {
    ...result,
    reported: result.findings.map(({ severity, code, file, where }) => `${severity} ${code} ${file} ${where}`),
  };
}

const [avatars, ...rest] = shippedConfig.rules;
const withRules = (...rules: ConfigInput['rules']): ConfigInput => ({ ...shippedConfig, rules });

const cached = (rule: ConfigInput['rules'][number]): ConfigInput['rules'][number] => ({
  ...rule,
  outputs: rule.outputs.map((output) => ({ ...output, headers: { 'Cache-Control': 'max-age=60' } })),
});

describe('check', () => {
  it('names the outputs that are relayed', () => {
    expect(checked().relayed).toEqual([]);
    const { relayed, findings } = checked({ input: withRules(...shippedConfig.rules.map(cached)) });
    expect(findings).toEqual([]);
    expect(relayed.map(({ path }) => path)).toEqual([
      'rules[0].outputs[0]',
      'rules[0].outputs[1]',
      'rules[1].outputs[0]',
      'rules[1].outputs[1]',
    ]);
    expect(relayed[0]?.because).toEqual(['cache-control']);
  });

  it('finds nothing in what is shipped, and counts what it looked at', () => {
    expect(checked()).toMatchObject({ findings: [], rules: 2, outputs: 4, triggers: 3, unset: [] });
  });

  it.each<[string, Partial<CheckInput>, Record<string, unknown>, string[]]>([
    [
      'a wrong configuration, all of it',
      { input: { journal: 'nowhere', rules: [{}] } },
      {},
      [
        'error configuration src/config.ts journal',
        'error configuration src/config.ts rules[0].name',
        'error configuration src/config.ts rules[0].when',
        'error configuration src/config.ts rules[0].outputs',
      ],
    ],
    [
      'a loop of the environment that s.yaml gives',
      {},
      { environmentVariables: { ...environmentVariables, TARGET_BUCKET: 'photos' } },
      [
        'error configuration src/config.ts rules[0].outputs[0].to.key',
        'error configuration src/config.ts rules[1].outputs[0].to.key',
        'error configuration src/config.ts rules[1].outputs[1].to.key',
      ],
    ],
    [
      'a bucket of s.yaml that no trigger covers',
      {},
      { environmentVariables: { ...environmentVariables, SOURCE_BUCKET: 'other' } },
      [
        'error triggerMissing s.yaml props.triggers',
        'error triggerMissing s.yaml props.triggers',
        'warning triggerIdle s.yaml props.triggers[0]',
        'warning triggerIdle s.yaml props.triggers[1]',
      ],
    ],
    [
      'a rule that is never reached',
      { input: avatars && withRules(avatars, ...rest, { ...avatars, name: 'again' }) },
      {},
      ['warning ruleShadowed src/config.ts rules[2].when'],
    ],
    [
      'two sources of one target',
      {
        input:
          avatars &&
          withRules(
            { ...avatars, outputs: [{ style: 'style/x', to: { bucket: 'out', key: '{dir}{name}.webp' } }] },
            ...rest,
          ),
      },
      {},
      ['warning sourcesShareTarget src/config.ts rules[0].outputs[0].to.key'],
    ],
    [
      'an output that a trigger covers',
      {
        input:
          avatars && withRules({ ...avatars, outputs: [{ style: 'style/x', to: { key: '{key}.webp2' } }] }, ...rest),
      },
      {},
      ['warning outputHeard src/config.ts rules[0].outputs[0].to.key'],
    ],
    [
      'a style that OSS refuses',
      {
        input:
          avatars &&
          withRules({ ...avatars, outputs: [{ style: 'image/resize', to: { bucket: 'out', key: '{key}' } }] }, ...rest),
      },
      {},
      [
        'error resizeMissing src/config.ts rules[0].outputs[0].style',
        'info orientationMissing src/config.ts rules[0].outputs[0].style',
      ],
    ],
    [
      'a concurrency limit that is too high',
      {},
      { concurrencyConfig: { reservedConcurrency: 100 } },
      ['warning brakeLoose s.yaml props.concurrencyConfig.reservedConcurrency'],
    ],
    [
      'nothing of a concurrency limit that fits the account',
      { rates: { qps: 1_000 } },
      { concurrencyConfig: { reservedConcurrency: 100 } },
      [],
    ],
    [
      'a variable that is not passed',
      {},
      { environmentVariables: { SOURCE_BUCKET: 'photos', TARGET_BUCKET: 'photos-out' } },
      ['warning variableNotPassed s.yaml props.environmentVariables'],
    ],
    [
      'too little memory for relays',
      { input: withRules(...shippedConfig.rules.map(cached)) },
      { memorySize: 128 },
      ['warning memoryLow s.yaml props.memorySize'],
    ],
    [
      'too little time for both requests of a relay',
      { input: withRules(...shippedConfig.rules.map(cached)) },
      { timeout: 189 },
      ['warning timeoutShort s.yaml props.timeout'],
    ],
    ['nothing of that where nothing is relayed', {}, { memorySize: 128, timeout: 100 }, []],
    ['a short timeout', {}, { timeout: 30 }, ['warning timeoutShort s.yaml props.timeout']],
    [
      'another region',
      {},
      { region: 'cn-beijing' },
      [
        'error regionMismatch s.yaml props.triggers[0].sourceArn',
        'error regionMismatch s.yaml props.triggers[1].sourceArn',
        'error regionMismatch s.yaml props.asyncInvokeConfig.destinationConfig.onFailure.destination',
      ],
    ],
  ])('finds %s', (_, over, inResource, expected) => {
    const { reported, findings } = checked(over, inResource);
    expect(reported).toEqual(expected);
    for (const { message, fix } of findings) expect(message !== '' && fix !== '').toBe(true);
  });

  it('reports the mistakes of s.yaml with their places, and goes on with the rules', () => {
    const document = {
      edition: '3.0.0',
      name: 'x',
      access: 'default',
      resources: {
        autostyle: {
          component: 'fc3@0.1.22',
          actions: { 'pre-deploy': [{ run: 'npm run build' }, { run: 'npm run check -- --deploy' }] },
          props: { ...deployment(shipped), timeOut: 60, role: 'auto', logConfig: {} },
        },
      },
    };
    const project = { file: '/s.yaml', unset: [], ...validated(document) };
    const { reported, triggers, rules } = checked({ project, input: withRules() });
    expect({ triggers, rules }).toEqual({ triggers: undefined, rules: 0 });
    expect(reported).toContain('error project s.yaml props.timeOut');
    expect(reported).toContain('error project s.yaml props.role');
    expect(reported.every((one) => one.startsWith('error project s.yaml props.'))).toBe(true);
  });

  it('checks the rules without an s.yaml too', () => {
    const { reported, findings } = checked({
      project: { unreadable: 's.yaml is broken at line 3' },
      environment: { TARGET_BUCKET: 'photos' },
    });
    expect(reported[0]).toBe('error configuration src/config.ts rules[0].outputs[0].to.key');
    expect(findings.at(-1)).toMatchObject({ code: 'projectUnreadable', message: 's.yaml is broken at line 3' });
  });

  const published = { environmentVariables: { ...environmentVariables, CONFIG_URI: 'oss://settings/rules.json' } };
  const rule = avatars as ConfigInput['rules'][number];
  const output = rule.outputs[0] as (typeof rule.outputs)[number];
  const copied = (over: object, to: object = output.to) =>
    checked(
      {
        input: { ...shippedConfig, rules: [{ ...rule, ...over, outputs: [{ ...output, to }] }] },
        configFile: 'copy.json',
      },
      published,
    );

  it('holds a copy of the rules at CONFIG_URI against the deployed ones, whose triggers they are', () => {
    const whole = 'info configElsewhere s.yaml props.environmentVariables.CONFIG_URI';
    expect(checked({}, published).reported).toEqual([whole]);
    expect(copied({}).reported).toEqual([]);
    const outside = copied({ when: { bucket: 'photos', prefix: 'elsewhere/', suffix: ['.jpg'] } });
    expect(outside.reported).toEqual(['error outsideEnvelope copy.json rules[0].when']);
    expect(outside.findings[0]?.message).toContain('asks for oss://photos/elsewhere/*.jpg, and no deployed rule does');
    expect(outside.findings[0]?.fix).toContain('in src/config.ts, then npm run triggers -- --write and npm run deploy');
    const wider = copied({ when: { bucket: 'photos', prefix: ['avatars/'], suffix: ['.jpg'] } });
    expect(wider.reported).toEqual(['warning partlyOutsideEnvelope copy.json rules[0].when']);
    const loops = copied({ when: { ...rule.when, prefix: 'gallery/' } }, { bucket: 'photos', key: 'avatars/{file}' });
    expect(loops.reported).toEqual(['error configuration copy.json rules[0].outputs[0].to.key']);
    expect(loops.findings[0]?.message).toContain('could start the deployed rule "avatars"');
    expect(loops.findings[0]?.message).toMatch(/would be saved as oss:\/\/photos\/avatars\/photo\.jpg$/);
  });

  it('says where the records of the deployed journal are, when a copy has another', () => {
    const journal = { bucket: 'photos-journal', prefix: 'moved/' };
    const moved = checked({ input: { ...shippedConfig, journal }, configFile: 'copy.json' }, published);
    expect(moved.reported).toContain('info journalMoved copy.json journal');
  });

  it('asks for triggers of the removals that a copy wants, and for none of the uploads outside of the envelope', () => {
    const removing = copied({ onDelete: 'remove' });
    expect(removing.reported).toEqual(['error removalTriggerMissing s.yaml props.triggers']);
    const both = copied({ onDelete: 'remove', when: { ...rule.when, prefix: ['avatars/', 'elsewhere/'] } });
    expect(both.reported).toEqual([
      'error removalTriggerMissing s.yaml props.triggers',
      'warning partlyOutsideEnvelope copy.json rules[0].when',
    ]);
  });

  it('says that src/config.ts is wrong, within which a copy would have to stay', () => {
    const wrong = checked({ configFile: 'copy.json', deployed: { rules: [] } }, published);
    expect(wrong.reported).toEqual(['error configuration src/config.ts journal']);
  });

  it('refuses outputs that could overwrite the rules or the records that the function lives on', () => {
    for (const bucket of ['settings', 'photos-journal']) {
      const { reported } = copied(
        { when: { bucket: 'photos', prefix: 'avatars/', exclude: ['avatars/raw/'] } },
        { bucket, key: '{file}' },
      );
      expect(reported).toEqual(['error configuration copy.json rules[0].outputs[0].to.key']);
    }
  });

  it('compares the triggers with no rules where a file takes the place of those in the bundle', () => {
    const elsewhere = { environmentVariables: { CONFIG_URI: 'file:///code/rules.json', SOURCE_BUCKET: 'others' } };
    const { reported, findings } = checked({}, elsewhere);
    expect(reported).toEqual(['warning configElsewhere s.yaml props.environmentVariables.CONFIG_URI']);
    expect(findings[0]?.message).toMatch(/triggers.*were not compared with/);
    for (const command of ['check', 'triggers', 'deploy']) {
      expect(findings[0]?.fix).toContain(`npm run ${command} -- --config FILE.json`);
    }
    const copy = checked({ configFile: 'my rules.json' }, elsewhere);
    expect(copy.reported).toContain('error triggerMissing s.yaml props.triggers');
    const fixes = copy.findings.filter(({ code }) => code.startsWith('trigger')).map(({ fix }) => fix);
    expect(new Set(fixes)).toEqual(
      new Set(["npm run triggers -- --config 'my rules.json' --write"].flatMap((one) => [one, `remove it: ${one}`])),
    );
  });

  it('names in what it advises the s.yaml that was checked', () => {
    const over = { projectFile: 'other.yaml' };
    const { findings } = checked(over, { environmentVariables: { ...environmentVariables, SOURCE_BUCKET: 'other' } });
    expect(findings[0]?.fix).toBe('npm run triggers -- --file other.yaml --write');
  });

  it('takes unset variables for errors only when it is deployed', () => {
    const project = {
      file: '/s.yaml',
      unset: ['ACCOUNT_ID'],
      mistakes: [],
      resource: deployment(shipped, { environmentVariables }),
    };
    expect(checked({ project })).toMatchObject({ findings: [], unset: ['ACCOUNT_ID'] });
    expect(checked({ project, deploying: true }).reported).toEqual(['error variableUnset s.yaml env("ACCOUNT_ID")']);
  });
});
