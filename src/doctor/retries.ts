// What Function Compute does with an event whose invocation fails: how often it tries again, and whom it tells then.
import type { RemoteAsyncConfig } from '../remote/function-compute.js';
import { type Line, ok, problem, warning } from './diagnosis.js';
import { difference, type Expected, redeploy } from './settings.js';

/**
 * @param live undefined: none is set
 * @param expected absent: s.yaml could not be read
 */
export function retriesLine(live: RemoteAsyncConfig | undefined, expected: Expected | undefined): Line {
  if (live === undefined) {
    const message =
      'no asynchronous invocation configuration: an event that fails is tried 3 times more, and then nobody is told';
    return warning('retries', message, 'npm run deploy sets that of s.yaml');
  }
  const { maxAsyncRetryAttempts: retries, maxAsyncEventAgeInSeconds: age, onFailure, onSuccess } = live;
  const said = `${retries ?? 3} retries within ${age ?? 86_400} s, then ${onFailure ?? 'nobody is told'}`;
  if (expected === undefined) {
    if (onFailure !== undefined) return ok('retries', said);
    return warning('retries', `${said}: an event that fails for good is lost`, 'set FAILURE_QUEUE, and deploy');
  }
  const { asyncInvokeConfig: wanted } = expected.resource;
  const different = [
    ...difference('maxAsyncRetryAttempts', retries, wanted.maxAsyncRetryAttempts),
    ...difference('maxAsyncEventAgeInSeconds', age, wanted.maxAsyncEventAgeInSeconds),
    ...differentPlace('onFailure', onFailure, wanted.destinationConfig?.onFailure?.destination),
    ...differentPlace('onSuccess', onSuccess, wanted.destinationConfig?.onSuccess?.destination),
  ];
  if (different.length === 0) return ok('retries', said);
  return problem('retries', `not what s.yaml says: ${different.join('; ')}`, redeploy);
}

/** The account may be left out of an ARN: it is the function’s own. */
function differentPlace(name: string, live: string | undefined, wanted: string | undefined): string[] {
  const parts = [live, wanted].map((arn) => arn?.split(':') ?? []);
  const bare = parts.every((fields) => fields[3] !== undefined) && parts.some((fields) => fields[3] === '');
  const [one, other] = bare ? parts.map((fields) => fields.with(3, '').join(':')) : [live, wanted];
  return one === other ? [] : difference(name, live, wanted);
}
