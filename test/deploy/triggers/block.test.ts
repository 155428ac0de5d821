import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BlockError, bucketExpressions, replaceTriggers, triggerBlock } from '../../../src/deploy/triggers/block.js';
import { triggerRemovalEvents, triggerUploadEvents } from '../../../src/deploy/triggers/events.js';
import type { PlannedTrigger, TriggerPlan } from '../../../src/deploy/triggers/plan.js';
import { runS } from '../../../src/remote/serverless-devs.js';
import type { Text } from '../../../src/rules/schema.js';
import { type ConfigInput, env } from '../../../src/rules/schema.js';

const trigger = (prefix: string, events: readonly string[] = triggerUploadEvents): PlannedTrigger => ({
  name: 'unused: s.yaml resolves its own',
  bucket: 'photos',
  prefix,
  events,
});
const planOf = (triggers: readonly PlannedTrigger[], timer = true): TriggerPlan => ({ triggers, timer, problems: [] });
const moving = new Map([['photos', `\${env('SOURCE_BUCKET', 'photos')}`]]);

const folder = mkdtempSync(join(tmpdir(), 'autostyle-triggers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const around = (inside: string): string => `edition: 3.0.0
name: x   # kept
access: default
vars: { region: cn-hangzhou, accountId: "\${env('ACCOUNT_ID')}", triggerRole: trigger-role }
resources:
  autostyle:
    component: fc3@0.1.22
    props:
      region: \${vars.region}
${inside}      tags: []   # kept too
`;
const empty = around('      # triggers: made by npm run triggers (do not edit)\n      # end of triggers\n');

describe('triggerBlock', () => {
  it('is what stands in s.yaml', () => {
    expect(triggerBlock(planOf([trigger('avatars/', [...triggerUploadEvents, ...triggerRemovalEvents])]), moving)).toBe(
      `      # triggers: made by npm run triggers
      triggers:
        - triggerName: oss_\${env('SOURCE_BUCKET', 'photos')}_avatars
          triggerType: oss
          description: oss-autostyle hears uploads and removals
          qualifier: LATEST
          sourceArn: acs:oss:\${vars.region}:\${vars.accountId}:\${env('SOURCE_BUCKET', 'photos')}
          invocationRole: acs:ram::\${vars.accountId}:role/\${vars.triggerRole}
          triggerConfig:
            events:
              - oss:ObjectCreated:PutObject
              - oss:ObjectCreated:PostObject
              - oss:ObjectCreated:CopyObject
              - oss:ObjectCreated:CompleteMultipartUpload
              - oss:ObjectRemoved:DeleteObject
              - oss:ObjectRemoved:DeleteObjects
            filter:
              key:
                prefix: avatars/
                suffix: ''
        - triggerName: every-minute
          triggerType: timer
          description: oss-autostyle runs what the journal holds due
          qualifier: LATEST
          triggerConfig:
            cronExpression: '@every 1m'
            enable: true
            payload: ''
      # end of triggers
`,
    );
  });

  it('is an empty list where nothing is heard', () => {
    expect(parse(triggerBlock(planOf([], false), new Map()))).toEqual({ triggers: [] });
  });

  it('says any prefix so that Serverless Devs reads the same, and moves with the bucket', async () => {
    const marks = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const odd =
      '2024-01-01|0x1F|1_000|1:30|true|null|~|yes|{{a}}|{name}/|a\'b"c`d\\e/|中文/ #😀| lead|trail |a: b|- a|? x|a$|#{x}|' +
      '%{x}/|}}|%>|\u2028x|\ufeffx|\u00a0|a\\n/|!!int 3|&a|*a|<<';
    const prefixes = [...odd.split('|'), ...marks.map((mark) => `${mark}x${mark}/`)];
    const plan = planOf(prefixes.map((prefix) => trigger(prefix)));
    writeFileSync(join(folder, 's.yaml'), replaceTriggers(empty, plan, moving));
    const { code, stdout } = await runS(['preview', '-t', join(folder, 's.yaml'), '--output-format', 'json'], {
      cwd: folder,
      home: folder,
      env: { PATH: process.env['PATH'], ACCOUNT_ID: '1234567890123456', SOURCE_BUCKET: 'elsewhere' },
    });
    expect(code).toBe(0);
    const { triggers } = JSON.parse(stdout.slice(stdout.indexOf('{'))).resources.autostyle.props;
    const seen = triggers.slice(0, -1).map((one: typeof shape) => one.triggerConfig.filter.key.prefix);
    expect(seen).toEqual(prefixes);
    expect(triggers[0]).toMatchObject(shape);
  });
});

const shape = {
  triggerName: expect.stringMatching(/^oss_elsewhere_2024_01_01__[0-9a-f]{12}$/),
  sourceArn: 'acs:oss:cn-hangzhou:1234567890123456:elsewhere',
  invocationRole: 'acs:ram::1234567890123456:role/trigger-role',
  triggerConfig: { events: triggerUploadEvents, filter: { key: { prefix: '2024-01-01', suffix: '' } } },
};

describe('replaceTriggers', () => {
  it('changes what is between the comments, and no other byte', () => {
    const first = replaceTriggers(empty, planOf([trigger('a/'), trigger('b/')]), moving);
    const [before = '', after = ''] = first.split(/(?<=do not edit\)\n)[\s\S]*(?= {6}# end)/);
    expect(`${before}${after}`).toBe(empty);
    expect(replaceTriggers(first, planOf([trigger('a/'), trigger('b/')]), moving)).toBe(first);
    expect(replaceTriggers(first, planOf([trigger('c/')], false))).toContain('prefix: c/');
    expect(replaceTriggers(first, planOf([trigger('c/')], false))).not.toContain('prefix: a/');
  });

  it('keeps the line ends of the file', () => {
    const crlf = replaceTriggers(empty.replaceAll('\n', '\r\n'), planOf([trigger('a/')]));
    expect(crlf.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each<[string, string, RegExp]>([
    ['no comments', around(''), /no line "# triggers: made by npm run triggers"/],
    ['no second comment', around('      # triggers: made by npm run triggers\n'), /no line "# end of triggers"/],
    ['comments twice', `${empty}${empty}`, /2 times/],
    [
      'comments the wrong way round',
      around('      # end of triggers\n      # triggers: made by npm run triggers\n'),
      /before/,
    ],
    ['other triggers beside them', empty.replace('tags:', 'triggers:'), /no YAML: .*unique/],
    ['a place that is none for triggers', empty.replaceAll('      #', '  #'), /YAML|belong/],
    ['comments that are part of a text', empty.replace('props:', 'props: |'), /belong/],
    ['a file that is broken elsewhere', empty.replace('name: x', 'name: "x'), /no YAML/],
  ])('refuses %s', (_, text, message) => {
    const replace = () => replaceTriggers(text, planOf([trigger('a/')]));
    expect(replace).toThrow(BlockError);
    expect(replace).toThrow(message);
  });
});

const reading = (...buckets: (Text | Text[])[]): ConfigInput => ({
  journal: 'throw',
  rules: buckets.map((bucket, index) => ({ name: `r${index}`, when: { bucket }, outputs: [] })),
});

describe('bucketExpressions', () => {
  it.each<[string, ConfigInput, Record<string, string>, [string, string][]]>([
    ['the variable, with its default', reading(env('B', 'photos')), {}, [['photos', `\${env('B', 'photos')}`]]],
    ['whatever it holds now', reading(env('B', 'photos')), { B: 'other' }, [['other', `\${env('B', 'photos')}`]]],
    ['a variable without default', reading(env('B')), { B: 'other' }, [['other', `\${env('B')}`]]],
    ['a name as it is', reading('photos'), {}, [['photos', 'photos']]],
    [
      'each of a list',
      reading([env('B', 'aaa'), 'bbb']),
      {},
      [
        ['aaa', `\${env('B', 'aaa')}`],
        ['bbb', 'bbb'],
      ],
    ],
    ['one that is also named otherwise', reading(env('B', 'aaa'), 'aaa'), {}, [['aaa', 'aaa']]],
    ['one behind two variables', reading(env('B', 'aaa'), env('C', 'aaa'), env('B', 'aaa')), {}, [['aaa', 'aaa']]],
    ['a default that could break out', reading(env('B', `')}\${x`)), { B: 'aaa' }, [['aaa', `\${env('B')}`]]],
  ])('gives %s', (_, input, environment, expected) => {
    expect([...bucketExpressions(input, environment)]).toEqual(expected);
  });
});
