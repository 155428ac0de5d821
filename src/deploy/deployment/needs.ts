// What a deployment needs in the account before it begins: buckets, roles, and where what fails goes. Without one of
// them `s deploy` would stop half way, or events would be lost without an error.

import { OssError } from '../../oss/error.js';
import type { Buckets } from '../../remote/buckets.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute } from '../../remote/function-compute.js';
import type { Surroundings } from '../../remote/surroundings.js';
import type { Config } from '../../rules/rule.js';
import { bucketUses } from '../buckets.js';
import type { Setting } from '../policy/setting.js';
import type { ResourceProps } from '../s-schema.js';
import { missing, type Need, type Needs, none, unseen } from './need.js';
import { functionRole, triggerRole, triggerRoles } from './role-needs.js';

export interface NeedsInput {
  readonly resource: ResourceProps;
  readonly setting: Setting;
  /** Undefined: the rules are kept elsewhere, and no copy is at hand. */
  readonly config: Config | undefined;
  readonly around: Surroundings;
  readonly fc: Pick<FunctionCompute, 'getFunction'>;
}

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
