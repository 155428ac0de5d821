// The strict schema of the function's properties in s.yaml: fc3 ignores unknown keys, checks nothing at `s deploy`, and
// its own schema allows most values: https://github.com/devsapp/fc3/blob/master/src/schema.json
import * as v from 'valibot';
import {
  anyText,
  autoOr,
  bool,
  fields,
  isObject,
  listOf,
  oneOf,
  type Refusal,
  repeated,
  text,
  together,
  whole,
} from './s-schema/fields.js';
import { type Mistake, mistakesOf } from './s-schema/mistakes.js';
import { regions } from './s-schema/regions.js';
import { roleArn, triggers } from './s-schema/triggers.js';

const names = { destination: String.raw`[A-Za-z0-9][\w-]{0,255}`, region: '[a-z0-9-]+', account: String.raw`\d{0,20}` };

/** https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-the-async-invocation-destination */
const destination = fields({
  destination: text(
    new RegExp(
      `^acs:mns:${names.region}:${names.account}:/(queues|topics)/${names.destination}/messages$` +
        `|^acs:fc:${names.region}:${names.account}:functions/${names.destination}(/${names.destination})?$` +
        `|^acs:(eventbridge|mq):${names.region}:${names.account}:[\\w/.-]{1,256}$`,
    ),
    'acs:mns:REGION:ACCOUNT:/queues/NAME/messages, a topic, or acs:fc:REGION:ACCOUNT:functions/NAME',
  ),
});

const logConfig = autoOr(
  fields({
    project: text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'a log project: 3 to 63 of a-z, 0-9 and -'),
    logstore: text(/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/, 'a log store: 2 to 63 of a-z, 0-9, - and _'),
    enableRequestMetrics: v.optional(bool),
    enableInstanceMetrics: v.optional(bool),
    enableLlmMetrics: v.optional(bool),
    logBeginRule: oneOf(['None', 'DefaultRegex']),
  }),
);

const vpcConfig = autoOr(
  fields({
    vpcId: text(/^vpc-\w+$/, 'vpc-…'),
    vSwitchIds: listOf(text(/^vsw-\w+$/, 'vsw-…'), 1, 20, 'vSwitches'),
    securityGroupId: text(/^sg-\w+$/, 'sg-…'),
  }),
);

const variables = v.record(
  v.string(),
  v.custom<string>((value) => typeof value === 'string', 'a string: put quotes around it'),
);
const environmentVariables = v.pipe(
  v.lazy((input) => (isObject(input) ? variables : v.custom<never>(() => false, 'variables, each a string'))),
  together((given: Record<string, string>) =>
    Object.keys(given).flatMap((name): Refusal[] => {
      const expected = variableProblem(name);
      return expected === undefined ? [] : [{ path: [name], expected }];
    }),
  ),
);

function variableProblem(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return 'a name of letters, digits and _, that begins with a letter';
  // https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables
  return /^(FC_|ALIBABA_CLOUD_)/.test(name) ? 'another name: FC sets this one itself' : undefined;
}

const initializer = fields({
  // What src/index.ts exports.
  handler: oneOf(['index.initialize']),
  timeout: whole(1, 600, 'seconds'),
});

const tag = fields({
  key: text(
    /^(?!aliyun|acs:|https?:)[^\p{Cc}]{1,128}$/iu,
    'a key of 1 to 128 characters, not beginning with aliyun, acs:, http',
  ),
  value: anyText(128),
});

/** The code folder of the template (template/s-yaml.ts), and the rules in it as the function finds them. */
export const templateCode = './code';
export const templateRules = 'file:///code/rules.json';

const builtFolder = 'the folder that `npm run build` writes: ./dist';

const resource = v.pipe(
  fields({
    region: v.custom<string>(
      (input) => typeof input === 'string' && regions.includes(input),
      'a region that has Function Compute, e.g. cn-hangzhou',
    ),
    functionName: text(
      /^[A-Za-z_][\w-]{0,63}$/,
      'a name of at most 64 letters, digits, _ and -, that begins with a letter or _',
    ),
    description: v.optional(anyText(256)),
    runtime: oneOf(['nodejs20']),
    code: text(/^(?:(?:\.\/)?dist\/?|\.\/code)$/, builtFolder),
    handler: oneOf(['index.handler']),
    cpu: v.custom<number>(isCpu, 'a number from 0.05 to 16, in steps of 0.05'),
    memorySize: whole(128, 32_768, 'MB', 64),
    diskSize: v.optional(oneOf([512, 10_240])),
    timeout: whole(1, 86_400, 'seconds'),
    role: roleArn,
    environmentVariables,
    instanceLifecycleConfig: v.optional(fields({ initializer: v.optional(initializer) })),
    logConfig: v.optional(logConfig),
    concurrencyConfig: fields({ reservedConcurrency: whole(0, 100_000, 'instances') }),
    asyncInvokeConfig: fields({
      maxAsyncRetryAttempts: whole(0, 8, 'retries'),
      maxAsyncEventAgeInSeconds: whole(1, 604_800, 'seconds'),
      destinationConfig: v.optional(fields({ onSuccess: v.optional(destination), onFailure: v.optional(destination) })),
      qualifier: v.optional(oneOf(['LATEST'])),
    }),
    triggers,
    tags: v.optional(
      v.pipe(
        listOf(tag, 0, 20, 'tags'),
        together((tags) => repeated(tags, 'key', 'a key that no other tag has')),
      ),
    ),
    internetAccess: v.optional(bool),
    vpcConfig: v.optional(vpcConfig),
    resourceGroupId: v.optional(text(/^rg-\w+$/, 'rg-…')),
    layers: v.optional(listOf(text(/^acs:fc:[^\s]+$/, 'the ARN of a layer version'), 0, 10, 'layers')),
    endpoint: v.optional(text(/^https?:\/\/[\w.:-]+$/, 'the address of Function Compute, https://…')),
  }),
  together(({ code, environmentVariables: { CONFIG_URI } }): Refusal[] =>
    code === templateCode && CONFIG_URI !== templateRules ? [{ path: ['code'], expected: builtFolder }] : [],
  ),
  // https://help.aliyun.com/zh/functioncompute/fc/product-overview/instance-types-and-specifications
  together(({ cpu, memorySize }): Refusal[] => {
    const [least, most] = [cpu * 1024, cpu * 4096];
    if (memorySize >= least - 64 && memorySize <= most + 1e-6) return [];
    const range = `${Math.ceil(Math.max(128, least) / 64) * 64} to ${Math.floor(most / 64) * 64}`;
    return [{ path: ['memorySize'], expected: `from 1 to 4 GB for each CPU; at cpu ${cpu}: ${range}` }];
  }),
  together(({ region, functionName, role, asyncInvokeConfig: { destinationConfig = {} } }) =>
    (['onSuccess', 'onFailure'] as const).flatMap((kind): Refusal[] => {
      const [, , there, account, name] =
        /^acs:(fc):([^:]*):([^:]*):functions\/([^/]*)/.exec(destinationConfig[kind]?.destination ?? '') ?? [];
      const own = account === '' || account === /^acs:ram::(\d+):/.exec(role)?.[1];
      if (name !== functionName || there !== region || !own) return [];
      const path = ['asyncInvokeConfig', 'destinationConfig', kind, 'destination'];
      return [{ path, expected: 'another function: this one would call itself, for ever' }];
    }),
  ),
);

/** What a deployment gives Function Compute. */
export type ResourceProps = v.InferOutput<typeof resource>;

export interface Validation {
  /** Undefined when there are mistakes. */
  readonly props?: ResourceProps | undefined;
  readonly mistakes: readonly Mistake[];
}

/** Checks the `props` of the resource, as resolved; paths begin with `base`. */
export function validateResource(input: unknown, base: readonly string[] = ['props']): Validation {
  const read = v.safeParse(resource, input);
  return read.success ? { props: read.output, mistakes: [] } : { mistakes: mistakesOf(read.issues, base) };
}

function isCpu(input: unknown): boolean {
  return (
    typeof input === 'number' && input >= 0.05 && input <= 16 && Math.abs(input * 20 - Math.round(input * 20)) < 1e-9
  );
}
