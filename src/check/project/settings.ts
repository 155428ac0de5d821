// Settings of s.yaml that need no rules to be judged: regions and accounts, which must all be one; and times, retries
// and destinations, which may make the function give up sooner than it would have to; and what relays need.
import type { ResourceProps } from '../../deploy/s-schema.js';
import { filtersOf } from '../../deploy/triggers/filter.js';
import { type Config, outputsOf } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';

/** What is in another region or account than the function. */
export function checkRegions(resource: ResourceProps): Finding[] {
  const { region, role, asyncInvokeConfig, triggers } = resource;
  const account = accountOf(role);
  const mismatch = (where: string, message: string, fix: string) =>
    finding('error', 'regionMismatch', where, message, fix);
  const foreign = (where: string, what: string, theirs: string) => {
    const message = `${what} is ${theirs}, that of the function's role ${account}: source, function and roles must be of one account`;
    return finding('error', 'accountMismatch', where, message, 'write the same account everywhere (vars.accountId)');
  };
  const findings: Finding[] = [];
  for (const filter of filtersOf(resource)) {
    const where = `${filter.path}.sourceArn`;
    if (filter.region !== region) {
      const message = `bucket ${filter.bucket} is given as one in ${filter.region}, the function is in ${region}: OSS starts functions of its own region only`;
      findings.push(mismatch(where, message, `use a bucket in ${region}, or region: ${filter.region}`));
    }
    if (filter.account !== account)
      findings.push(foreign(where, `the account of bucket ${filter.bucket}`, filter.account));
  }
  for (const [index, trigger] of triggers.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const own = accountOf(trigger.invocationRole);
    if (own !== account)
      findings.push(foreign(`props.triggers[${index}].invocationRole`, 'the account of this role', own));
  }
  for (const name of ['onSuccess', 'onFailure'] as const) {
    const arn = asyncInvokeConfig.destinationConfig?.[name]?.destination;
    const [, , there = '', owner = ''] = arn?.split(':') ?? [];
    const where = `props.asyncInvokeConfig.destinationConfig.${name}.destination`;
    if (there !== '' && there !== region) {
      const message = `the ${name} destination is in ${there}, the function in ${region}: FC cannot reach it`;
      findings.push(mismatch(where, message, `name one in ${region}`));
    }
    if (owner !== '' && owner !== account)
      findings.push(foreign(where, `the account of the ${name} destination`, owner));
  }
  return findings;
}

function accountOf(roleArn: string): string {
  return /^acs:ram::(\d+):/.exec(roleArn)?.[1] ?? '';
}
/** Seconds: what one ProcessObject may take (src/oss/client.ts), and what is kept for the journal (src/index.ts). */
const processSeconds = 90;
const keptSeconds = 10;

const retries = 8;
/** Seconds: FC itself delays throttled events for up to five hours. */
const leastAge = 18_000;
const goodAge = 86_400;

/** What makes FC or the function give up too soon, and what is lost then. */
export function checkLimits({ timeout, asyncInvokeConfig, logConfig }: ResourceProps): Finding[] {
  const findings: Finding[] = [];
  const least = processSeconds + keptSeconds;
  if (timeout < least) {
    const message = `the function ends after ${timeout} s: one image may take OSS ${processSeconds} s, and ${keptSeconds} s are kept for writing to the journal`;
    findings.push(finding('warning', 'timeoutShort', 'props.timeout', message, `timeout: 300 (at least ${least})`));
  }
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, destinationConfig } = asyncInvokeConfig;
  const path = 'props.asyncInvokeConfig';
  if (maxAsyncRetryAttempts < retries) {
    const message = `FC tries an event again ${maxAsyncRetryAttempts} times of ${retries} possible: an event that could not even be journaled is given up sooner`;
    const fix = `maxAsyncRetryAttempts: ${retries}`;
    findings.push(finding('warning', 'retriesFew', `${path}.maxAsyncRetryAttempts`, message, fix));
  }
  if (maxAsyncEventAgeInSeconds < leastAge) {
    const message = `FC drops an event after ${maxAsyncEventAgeInSeconds} s: in a burst, events wait for up to ${leastAge / 3_600} hours for an instance`;
    const fix = `maxAsyncEventAgeInSeconds: ${goodAge}`;
    findings.push(finding('warning', 'eventAgeShort', `${path}.maxAsyncEventAgeInSeconds`, message, fix));
  }
  if (destinationConfig?.onFailure === undefined) {
    // An empty one has been written on purpose.
    const severity = destinationConfig === undefined ? 'warning' : 'info';
    const message = 'no onFailure destination: an event that fails in all retries is lost without a trace';
    const fix = 'destinationConfig.onFailure.destination: acs:mns:REGION:ACCOUNT:/queues/NAME/messages (FAILURE_QUEUE)';
    findings.push(finding(severity, 'failureDestinationMissing', `${path}.destinationConfig`, message, fix));
  }
  if (logConfig === undefined) {
    const message = 'no logConfig: nothing that the function logs is kept';
    findings.push(finding('warning', 'logsMissing', 'props', message, 'logConfig: auto'));
  } else if (typeof logConfig !== 'string' && logConfig.logBeginRule !== 'None') {
    const message = 'logBeginRule DefaultRegex joins lines that begin with no date, as our JSON lines do';
    findings.push(finding('warning', 'logsJoined', 'props.logConfig.logBeginRule', message, 'logBeginRule: None'));
  }
  return findings;
}

/** MB of an instance: what the function has without relays (at most 85), the bodies of relays (24), and some room. */
const relayMemory = 192;

/** What outputs that are relayed need: room for their bodies, and time for two requests. */
export function checkRelays(
  config: Config,
  { memorySize, timeout }: Pick<ResourceProps, 'memorySize' | 'timeout'>,
): Finding[] {
  if (outputsOf(config, ({ relay }) => relay !== undefined).length === 0) return [];
  const findings: Finding[] = [];
  if (memorySize < relayMemory) {
    const message = `an instance has ${memorySize} MB: with outputs that are relayed the function may need 130 MB, and FC ends an instance that has no more`;
    const fix = `memorySize: 256 (at least ${relayMemory})`;
    findings.push(finding('warning', 'memoryLow', 'props.memorySize', message, fix));
  }
  const least = 2 * processSeconds + keptSeconds;
  // Less than for one request: checkLimits says so.
  if (timeout < least && timeout >= processSeconds + keptSeconds) {
    const message = `the function ends after ${timeout} s: a relay may take ${processSeconds} s to fetch an image and as long to store it, and ${keptSeconds} s are kept for writing to the journal`;
    findings.push(finding('warning', 'timeoutShort', 'props.timeout', message, `timeout: 300 (at least ${least})`));
  }
  return findings;
}
