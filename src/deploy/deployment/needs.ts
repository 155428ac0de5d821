// What a deployment needs in the account before it begins: buckets, roles, and where what fails goes. Without one of
// them `s deploy` would stop half way, or events would be lost without an error.

import { OssError } from '../../oss/error.js';
import type { Buckets } from '../../remote/buckets.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute } from '../../remote/function-compute.js';
import type { Found } from '../../remote/open-api.js';
import type { Surroundings } from '../../remote/surroundings.js';
import type { Config } from '../../rules/rule.js';
import { shellWord } from '../../terminal/shell-quote.js';
import { bucketUses } from '../buckets.js';
import { trusting } from '../policy/document.js';
import { policiesOf } from '../policy/policies.js';
import { commandsFor, createRole } from '../policy/report.js';
import { type Setting, standardTriggerRole } from '../policy/setting.js';
import type { ResourceProps } from '../s-schema.js';

export interface Need {
  /** What is missing or wrong. */
  readonly what: string;
  /** The commands that make it, each a line for a shell; none: the user has to decide. */
  readonly commands: readonly string[];
}

export interface Needs {
  readonly missing: readonly Need[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

export interface NeedsInput {
  readonly resource: ResourceProps;
  readonly setting: Setting;
  /** Undefined: the rules are kept elsewhere, and no copy is at hand. */
  readonly config: Config | undefined;
  readonly around: Surroundings;
  readonly fc: Pick<FunctionCompute, 'getFunction'>;
}

const none: Needs = { missing: [], unseen: [] };
const missing = (what: string, commands: readonly string[]): Needs => ({ missing: [{ what, commands }], unseen: [] });
const unseen = (what: string): Needs => ({ missing: [], unseen: [what] });

/** Looks at all of them at once. What cannot be seen is no reason not to deploy. */
export async function lookForNeeds(input: NeedsInput): Promise<Needs> {
  const { resource, config, setting, around } = input;
  const { onSuccess, onFailure } = setting.destinations;
  const found = await Promise.all([
    ...[...usesOf(input)].map(([bucket, use]) => bucketNeed(bucket, use, resource.region, around.buckets)),
    functionRole(input),
    ...triggerRoles(resource).map((role) => triggerRole(role, input)),
    ...[onFailure, onSuccess].flatMap((arn) => (arn === undefined ? [] : [destination(arn, input)])),
  ]);
  if (typeof resource.logConfig === 'object') {
    const { project, logstore } = resource.logConfig;
    found.push(unseen(`the log project ${project} with its store ${logstore}, which must exist`));
  }
  if (config === undefined) found.push(unseen('the buckets of the rules at CONFIG_URI: --config FILE.json names them'));
  return { missing: found.flatMap((one) => one.missing), unseen: found.flatMap((one) => one.unseen) };
}

/** For people. */
export function needsText(needs: readonly Need[]): string {
  return needs.flatMap(({ what, commands }) => [what, ...commands.map((command) => `    ${command}`)]).join('\n  ');
}

/** Without rules, the buckets that the triggers name. */
function usesOf({ config, resource }: NeedsInput): Map<string, string> {
  if (config !== undefined)
    return new Map([...bucketUses(config)].map(([bucket, use]) => [bucket, [...use].join(' and ')]));
  const sources = resource.triggers.flatMap((trigger) =>
    trigger.triggerType === 'oss' ? [trigger.sourceArn.split(':')[4] ?? ''] : [],
  );
  return new Map(sources.map((bucket) => [bucket, 'source']));
}

async function bucketNeed(
  bucket: string,
  use: string,
  region: string,
  buckets: Pick<Buckets, 'region'>,
): Promise<Needs> {
  try {
    const found = await buckets.region(bucket);
    if (found === region) return none;
    if (found === undefined) {
      return missing(`there is no bucket ${bucket} (${use})`, [`ossutil mb oss://${bucket} --region ${region}`]);
    }
    return missing(`bucket ${bucket} (${use}) is in ${found}: all buckets and the function must be in one region`, []);
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return unseen(`bucket ${bucket} (${use}): ${error.message}`);
  }
}

async function functionRole({ around, config, setting }: NeedsInput): Promise<Needs> {
  const { functionRole: role } = setting;
  const document = trusting('fc.aliyuncs.com');
  const commands =
    config === undefined
      ? [createRole(role, document), 'npm run policy -- --config FILE.json --only function   # prints the rest']
      : commandsFor(policiesOf(config, setting), ['trust', 'function']);
  return roleNeed(role, 'of the function', 'fc.aliyuncs.com', await around.role(role), commands);
}

/** The names of the roles by which OSS calls the function. */
function triggerRoles({ triggers }: ResourceProps): string[] {
  const arns = triggers.flatMap((trigger) => (trigger.triggerType === 'oss' ? [trigger.invocationRole] : []));
  return [...new Set(arns.map((arn) => arn.slice(arn.indexOf(':role/') + ':role/'.length)))];
}

/** As the console names it; ARNs have it in lower case. */
const standardName = 'AliyunOSSEventNotificationRole';

async function triggerRole(name: string, { around, config, setting }: NeedsInput): Promise<Needs> {
  const standard = name.toLowerCase() === standardTriggerRole;
  const role = standard ? standardName : name;
  const create = createRole(role, trusting('oss.aliyuncs.com'));
  const policy = `${standardName}Policy`;
  const own =
    config === undefined
      ? [create, 'npm run policy -- --config FILE.json --only trigger   # prints the rest']
      : commandsFor(policiesOf(config, setting), ['trigger']);
  const commands = standard
    ? [create, `aliyun ram AttachPolicyToRole --PolicyType System --PolicyName ${policy} --RoleName ${role}`]
    : own;
  return roleNeed(role, 'of the triggers', 'oss.aliyuncs.com', await around.role(role), commands);
}

function roleNeed(role: string, whose: string, service: string, answer: Found, commands: readonly string[]): Needs {
  if ('missing' in answer) return missing(`there is no role ${role} (${whose})`, commands);
  if ('unseen' in answer) return unseen(`role ${role} (${whose}): ${answer.unseen}`);
  const trust = trustOf(answer.found);
  if (trust === undefined) return unseen(`who may take role ${role} (${whose})`);
  if (services(trust).includes(service)) return none;
  // Whoever may take it now goes on doing so.
  const wider = { ...trust, Statement: [...trust.Statement, ...trusting(service).Statement] };
  const document = shellWord(JSON.stringify(wider));
  return missing(`role ${role} (${whose}) may not be taken by ${service}`, [
    `aliyun ram UpdateRole --RoleName ${role} --NewAssumeRolePolicyDocument ${document}`,
  ]);
}

interface Trust {
  readonly Statement: readonly { readonly Principal?: { readonly Service?: string | readonly string[] } }[];
}

function trustOf({ Role }: Readonly<Record<string, unknown>>): Trust | undefined {
  const { AssumeRolePolicyDocument: text } = Object(Role) as { AssumeRolePolicyDocument?: unknown };
  try {
    const trust = JSON.parse(String(text)) as Trust;
    return Array.isArray(trust.Statement) ? trust : undefined;
  } catch {
    return undefined;
  }
}

function services({ Statement }: Trust): string[] {
  return Statement.flatMap(({ Principal }) => Principal?.Service ?? []);
}

async function destination(arn: string, { around, fc, resource }: NeedsInput): Promise<Needs> {
  const [, region = '', path = ''] = /^acs:[^:]+:([^:]*):[^:]*:(.+)$/.exec(arn) ?? [];
  const [, kind, name = ''] = /^\/?(queues|topics|functions)\/([^/]+)/.exec(path) ?? [];
  const at = region || resource.region;
  if (kind === 'functions') return functionNeed(name, arn, at === resource.region ? fc : undefined);
  if (kind === undefined) return unseen(`the destination ${arn}`);
  const word = kind === 'queues' ? 'queue' : 'topic';
  const answer = await around[word](name, at);
  if ('unseen' in answer) return unseen(`${word} ${name}: ${answer.unseen}`);
  if ('found' in answer) return none;
  const [api, parameter] = word === 'queue' ? ['CreateQueue', 'QueueName'] : ['CreateTopic', 'TopicName'];
  return missing(`there is no ${word} ${name} in ${at}`, [
    `aliyun mns-open ${api} --${parameter} ${name} --region ${at}`,
  ]);
}

async function functionNeed(name: string, arn: string, fc: NeedsInput['fc'] | undefined): Promise<Needs> {
  if (fc === undefined) return unseen(`the destination ${arn}, in another region`);
  try {
    if ((await fc.getFunction(name)) !== undefined) return none;
    return missing(`there is no function ${name}, the destination ${arn}`, []);
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return unseen(`function ${name}: ${error.message}`);
  }
}
