import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateResource } from '../../src/deploy/s-schema.js';
import { someProps, someTrigger } from '../support/project.js';

/** Puts a value at a path of otherwise right properties; `undefined` takes the key out. */
function spoiled(path: string, value: unknown): unknown {
  const props: unknown = someProps();
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let owner = props as Record<string, unknown>;
  for (const key of keys) owner = owner[key] as Record<string, unknown>;
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return props;
}

const oss = 'triggers.0.triggerConfig';
const shown = (path: string): string => `props.${path}`.replace(/\.(\d+)/g, '[$1]');

describe('validateResource', () => {
  it('accepts what is right, and gives it back', () => {
    expect(validateResource(someProps())).toEqual({ props: someProps(), mistakes: [] });
    expect(validateResource(spoiled('logConfig', 'auto')).mistakes).toEqual([]);
    expect(validateResource(spoiled('asyncInvokeConfig.destinationConfig', {})).mistakes).toEqual([]);
    expect(validateResource(spoiled('concurrencyConfig.reservedConcurrency', 0)).mistakes).toEqual([]);
    expect(validateResource(spoiled('vpcConfig', 'auto')).mistakes).toEqual([]);
    expect(validateResource(spoiled('code', 'dist/')).mistakes).toEqual([]);
    expect(validateResource(spoiled(`${oss}.filter.key.prefix`, '图'.repeat(341))).mistakes).toEqual([]);
    for (const name of ['other', 'oss-autostyle-failed']) {
      const destination = `acs:fc:cn-hangzhou:1234567890123456:functions/${name}`;
      const path = 'asyncInvokeConfig.destinationConfig.onFailure.destination';
      expect(validateResource(spoiled(path, destination)).mistakes).toEqual([]);
    }
  });

  // Each of these reaches Function Compute in silence through fc3, which checks nothing at `s deploy`.
  it.each<[path: string, value: unknown, message: string | RegExp, place?: string]>([
    ['timeOut', 60, 'unknown key, which fc3 ignores; did you mean "timeout"?'],
    ['triger', [], /^unknown key, which fc3 ignores; expected one of region, functionName/],
    ['trigger', [], 'unknown key, which fc3 ignores; did you mean "triggers"?'],
    ['instanceConcurrency', 10, /one request an instance/],
    ['__proto__x', 1, /unknown key/],
    ['role', undefined, 'required, but missing'],
    ['role', 'oss-autostyle', /^expected the full ARN of a role/],
    ['role', 'acs:ram:cn-hangzhou:1234567890123456:role/x', /^expected the full ARN of a role/],
    ['code', './code', 'expected the folder that `npm run build` writes: ./dist, got "./code"'],
    ['runtime', 'nodejs22', 'expected "nodejs20", got "nodejs22"'],
    ['region', 'cn-hangzou', 'expected a region that has Function Compute, e.g. cn-hangzhou, got "cn-hangzou"'],
    ['functionName', '1st', /^expected a name/],
    ['handler', 'main.handler', 'expected "index.handler", got "main.handler"'],
    ['code', './src', /^expected the folder that `npm run build` writes: \.\/dist/],
    ['code', './dits', /^expected the folder/],
    ['cpu', 0.12, 'expected a number from 0.05 to 16, in steps of 0.05, got 0.12'],
    ['memorySize', 200, 'expected MB: a whole number from 128 to 32768, a multiple of 64, got 200'],
    ['memorySize', 1024, 'expected from 1 to 4 GB for each CPU; at cpu 0.1: 128 to 384, got 1024'],
    ['diskSize', 1024, 'expected one of 512, 10240, got 1024'],
    ['timeout', '300', 'expected seconds: a whole number from 1 to 86400, got "300"'],
    ['timeout', 100_000, /^expected seconds/],
    ['timeout', undefined, 'required, but missing'],
    ['environmentVariables.CONCURRENCY', 5, 'expected a string: put quotes around it, got 5'],
    ['environmentVariables.1ST', 'x', /^expected a name of letters/, 'props.environmentVariables["1ST"]'],
    ['environmentVariables.FC_REGION', 'x', /^expected another name: FC sets this one itself/],
    ['environmentVariables', [], /^expected variables, each a string/],
    ['instanceLifecycleConfig.initializer.command', ['x'], /unknown key/],
    ['instanceLifecycleConfig.initializer.timeout', 0, /^expected seconds/],
    ['instanceLifecycleConfig.initializer.handler', 'index.initialise', /^expected "index\.initialize"/],
    ['instanceLifecycleConfig.preStop', { handler: 'index.stop', timeout: 1 }, /exports no such handler/],
    ['logConfig', {}, 'required, but missing', 'props.logConfig.project'],
    ['logConfig', 'Auto', 'expected "auto", got "Auto"'],
    ['logConfig.logBeginRule', 'none', 'expected one of "None", "DefaultRegex", got "none"'],
    ['logConfig.logStore', 'x', 'unknown key, which fc3 ignores; did you mean "logstore"?'],
    ['concurrencyConfig', undefined, 'required, but missing'],
    ['concurrencyConfig.reservedConcurrency', '5', /^expected instances/],
    ['concurrencyConfig.reservedConcurrency', -1, /^expected instances/],
    ['asyncInvokeConfig.maxAsyncRetryAttempts', 9, /^expected retries: a whole number from 0 to 8/],
    ['asyncInvokeConfig.maxAsyncEventAgeInSeconds', 2_592_000, /^expected seconds: a whole number from 1 to 604800/],
    ['asyncInvokeConfig.destinationConfig.onFailed', {}, /unknown key/],
    [
      'asyncInvokeConfig.destinationConfig.onFailure.destination',
      'acs:mns:cn-hangzhou:1:queues/x',
      /^expected acs:mns/,
    ],
    ...['oss-autostyle', 'oss-autostyle/LATEST']
      .flatMap((name): [string, unknown, RegExp][] => [
        [
          'asyncInvokeConfig.destinationConfig.onFailure.destination',
          `acs:fc:cn-hangzhou:1234567890123456:functions/${name}`,
          /^expected another function: this one would call itself/,
        ],
        [
          'asyncInvokeConfig.destinationConfig.onSuccess',
          { destination: `acs:fc:cn-hangzhou::functions/${name}` },
          /^expected another function/,
        ],
      ])
      .map(([path, value, message]): [string, unknown, RegExp, string] => [
        path,
        value,
        message,
        shown(path.endsWith('destination') ? path : `${path}.destination`),
      ]),
    ['asyncInvokeConfig.asyncTask', true, /task mode/],
    ['triggers.0.triggerType', 'OSS', /^expected "oss" or "timer"/],
    ['triggers.0.invocationRole', undefined, 'required, but missing'],
    ['triggers.0.invocationRole', 'auto', /^expected the full ARN/],
    ['triggers.0.sourceArn', 'acs:oss:cn-hangzhou:1234567890123456', /^expected acs:oss:REGION:ACCOUNT:BUCKET/],
    ['triggers.0.sourceARN', 'x', 'unknown key, which fc3 ignores; did you mean "sourceArn"?'],
    [`${oss}.bucketName`, 'photos', /unknown key/],
    [`${oss}.events.0`, 'oss:ObjectCreated:*', /^expected one of "oss:ObjectCreated:PutObject"/],
    [`${oss}.events.1`, 'ObjectCreated:PutObject', /^expected one of "oss:ObjectCreated:PutObject"/],
    [`${oss}.events`, [], /^expected at least 1 events/],
    [`${oss}.filter.key.suffix`, undefined, 'required, but missing'],
    [`${oss}.filter.key.prefix`, '/avatars/', /one that begins with \/ never fires/],
    [`${oss}.filter.Key`, {}, 'unknown key, which fc3 ignores; did you mean "key"?'],
    ['triggers.1.triggerName', 'avatars', /^expected a name that no other trigger has/],
    [`triggers.1.triggerConfig.filter.key.prefix`, 'avatars/raw/', /apart from trigger avatars/],
    ['triggers.0.qualifier', 'prod', 'expected "LATEST", got "prod"'],
    [`${oss}.filter.key.prefix`, '图'.repeat(342), /at most 1023 bytes of UTF-8/],
    ['triggers.2.triggerConfig.cronExpression', '* * * * *', /^expected a time that comes: '@every 1m'/],
    ['triggers.2.triggerConfig.cronExpression', '@every 0m', /^expected a time that comes/],
    ['triggers.2.triggerConfig.enable', 'true', 'expected one of true, false, got "true"'],
    ['triggers.2.sourceArn', 'x', /unknown key/],
    ['tags.1', { key: 'app', value: '2' }, /^expected a key that no other tag has/, 'props.tags[1].key'],
    ['tags.0.key', 'aliyun-x', /^expected a key/],
    [
      'vpcConfig',
      { vpcId: 'vpc-1', vSwitchIds: 'auto', securityGroupId: 'sg-1' },
      /^expected a list of vSwitches/,
      'props.vpcConfig.vSwitchIds',
    ],
  ])('refuses %s: %j', (path, value, message, place) => {
    const { props, mistakes } = validateResource(spoiled(path, value));
    expect(props).toBeUndefined();
    expect(mistakes).toContainEqual({
      path: place ?? shown(path),
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('refuses an eleventh trigger of a bucket', () => {
    const triggers = Array.from({ length: 11 }, (_, index) => someTrigger(`t${index}`, `${index}-/`));
    expect(validateResource({ ...someProps(), triggers: triggers.slice(0, 10) }).mistakes).toEqual([]);
    const [mistake, ...others] = validateResource({ ...someProps(), triggers }).mistakes;
    expect(mistake).toMatchObject({ path: 'props.triggers[10].sourceArn' });
    expect(others).toEqual([]);
  });

  it('finds two triggers that overlap whichever way, and leaves those apart that OSS tells apart', () => {
    const texts = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba');
    fc.assert(
      fc.property(texts, texts, texts, texts, fc.boolean(), (prefix, suffix, otherPrefix, otherSuffix, elsewhere) => {
        const make = (name: string, start: string, suffix: string) => {
          const trigger = someTrigger(name, start);
          trigger.triggerConfig.filter.key.suffix = suffix;
          return trigger;
        };
        const [one, other] = [make('one', prefix, suffix), make('other', otherPrefix, otherSuffix)];
        if (elsewhere) other.sourceArn = `${other.sourceArn}-2`;
        // The witness: some key that both filters let through. Prefixes and suffixes here have at most three letters.
        const both = keys.some((key) =>
          [one, other].every(({ triggerConfig: { filter } }) => {
            return key.startsWith(filter.key.prefix) && key.endsWith(filter.key.suffix);
          }),
        );
        const { mistakes } = validateResource({ ...someProps(), triggers: [one, other] });
        expect(mistakes.length > 0).toBe(both && !elsewhere);
      }),
      { numRuns: 300 },
    );
  });

  it('tells all mistakes at once, and each but once', () => {
    const props = { ...someProps(), timeout: 0, cpu: 0, memorySize: 1, triggers: 'none', extra: 1, other: 2 };
    const { mistakes } = validateResource(props, ['resources', 'autostyle', 'props']);
    expect(mistakes.map(({ path }) => path).sort()).toEqual(
      ['cpu', 'extra', 'memorySize', 'other', 'timeout', 'triggers'].map((key) => `resources.autostyle.props.${key}`),
    );
  });

  it('gives an account of anything, quickly and without throwing', () => {
    const hostile = [
      undefined,
      null,
      1,
      'x',
      [],
      [[]],
      new Date(),
      Object.create(null),
      JSON.parse('{"__proto__":{"a":1}}'),
    ];
    for (const input of hostile) expect(validateResource(input).mistakes.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(someProps())), (value, key) => {
        const { props, mistakes } = validateResource({ ...someProps(), [key]: value });
        expect((props === undefined) === mistakes.length > 0).toBe(true);
        for (const { path, message } of mistakes) expect(`${path} ${message}`.length).toBeLessThan(4_000);
      }),
      { numRuns: 300 },
    );
  });
});

/** Every key of at most six letters a and b: enough to hold any prefix and any suffix of the property. */
const keys = Array.from({ length: 7 }, (_, length) => words(length)).flat();

function words(length: number): string[] {
  return length === 0 ? [''] : words(length - 1).flatMap((word) => [`${word}a`, `${word}b`]);
}
