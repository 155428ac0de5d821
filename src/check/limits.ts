// Times, retries and destinations of s.yaml: what of them makes the function give up sooner than it would have to.
import type { ResourceProps } from '../deploy/s-schema.js';
import { type Found, found } from './finding.js';

/** Seconds: what one ProcessObject may take (src/oss/client.ts), and what is kept for the journal (src/index.ts). */
const processSeconds = 90;
const keptSeconds = 10;

const retries = 8;
/** Seconds: FC itself puts throttled events off for up to five hours. */
const leastAge = 18_000;
const goodAge = 86_400;

/** What gives up too soon, and what is lost then. */
export function checkLimits({ timeout, asyncInvokeConfig, logConfig }: ResourceProps): Found[] {
  const findings: Found[] = [];
  const least = processSeconds + keptSeconds;
  if (timeout < least) {
    const message = `the function ends after ${timeout} s: one image may take OSS ${processSeconds} s, and ${keptSeconds} s are kept for writing down what is left`;
    findings.push(found('warning', 'timeoutShort', 'props.timeout', message, `timeout: 300 (at least ${least})`));
  }
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, destinationConfig } = asyncInvokeConfig;
  const path = 'props.asyncInvokeConfig';
  if (maxAsyncRetryAttempts < retries) {
    const message = `FC tries an event again ${maxAsyncRetryAttempts} times of ${retries} possible: what could not even be journaled is given up sooner`;
    findings.push(
      found('warning', 'retriesFew', `${path}.maxAsyncRetryAttempts`, message, `maxAsyncRetryAttempts: ${retries}`),
    );
  }
  if (maxAsyncEventAgeInSeconds < leastAge) {
    const message = `FC drops an event after ${maxAsyncEventAgeInSeconds} s: in a burst, events wait for up to ${leastAge / 3_600} hours for an instance`;
    const fix = `maxAsyncEventAgeInSeconds: ${goodAge}`;
    findings.push(found('warning', 'eventAgeShort', `${path}.maxAsyncEventAgeInSeconds`, message, fix));
  }
  if (destinationConfig?.onFailure === undefined) {
    // An empty one has been written on purpose.
    const severity = destinationConfig === undefined ? 'warning' : 'info';
    const message = 'no onFailure destination: an event that all retries failed for is gone without a trace';
    const fix = 'destinationConfig.onFailure.destination: acs:mns:REGION:ACCOUNT:/queues/NAME/messages (FAILURE_QUEUE)';
    findings.push(found(severity, 'failureDestinationMissing', `${path}.destinationConfig`, message, fix));
  }
  if (logConfig === undefined) {
    const message = 'no logConfig: nothing that the function says is kept';
    findings.push(found('warning', 'logsMissing', 'props', message, 'logConfig: auto'));
  } else if (typeof logConfig !== 'string' && logConfig.logBeginRule !== 'None') {
    const message = 'logBeginRule DefaultRegex joins lines that begin with no date, as our JSON lines do';
    findings.push(found('warning', 'logsJoined', 'props.logConfig.logBeginRule', message, 'logBeginRule: None'));
  }
  return findings;
}
