// What the function's role needs for the destinations of asynchronous invocations, in whichever service they are.
// Without it the event, or the report about it, is lost without an error.
// https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-the-async-invocation-destination
import { type Grant, grant } from './document.js';
import type { Setting } from './setting.js';

/** At most one grant: that of the service which the ARN names. */
export function destinationGrant(why: string, arn: string | undefined, { accountId }: Setting): Grant[] {
  const [, service = '', region = '', account = '', path = ''] = parts.exec(arn ?? '') ?? [];
  const resource = (of = path) => `acs:${service}:${region}:${account || accountId}:${of}`;
  if (service === 'mns') {
    return [grant(why, [path.startsWith('/topics/') ? 'mns:PublishMessage' : 'mns:SendMessage'], [resource()])];
  }
  if (service === 'fc') {
    const [, name = '', qualifier = 'LATEST'] = /^functions\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const called = `functions/${name}`;
    return [grant(why, ['fc:InvokeFunction'], [resource(called), resource(`${called}/${qualifier}`)])];
  }
  if (service === 'eventbridge' && path.startsWith('eventbus/')) {
    return [grant(why, ['eventbridge:PutEvents'], [resource()])];
  }
  return [];
}

/** A note for each destination whose grant is not known here. */
export function destinationNotes({ onSuccess, onFailure }: Setting['destinations']): string[] {
  return [onSuccess, onFailure].flatMap((arn) =>
    arn === undefined || /^acs:(?:mns|fc):|^acs:eventbridge:[^:]*:[^:]*:eventbus\//.test(arn)
      ? []
      : [`what the role needs for the destination ${arn} is not known here: grant it what that service requires`],
  );
}

const parts = /^acs:([^:]+):([^:]*):([^:]*):(.+)$/;
