// All that an event holds, explained: its uploads one by one, and the records and ticks that are not uploads.
import { type Endpoint, resolveEndpoint } from '../../oss/endpoint.js';
import { OssError } from '../../oss/error.js';
import type { Delivery } from '../../pipeline/event.js';
import { printable } from '../../rules/printable.js';
import type { Config } from '../../rules/rule.js';
import { UserError } from '../../terminal/user-error.js';
import { type ExplainOptions, type Explanation, explain } from './explain.js';
import { explainReport } from './report.js';

export interface ExplainedEvent extends Omit<Delivery, 'uploads'> {
  readonly explanations: readonly Explanation[];
}

/** @param override the endpoint that s.yaml sets in place of that of the region */
export async function explainEvent(
  { uploads, ignored, malformed, ticks }: Delivery,
  config: Config,
  { override, ...options }: Omit<ExplainOptions, 'endpoint'> & { readonly override: string | undefined },
): Promise<ExplainedEvent> {
  const endpoint = endpointOf(options.region, override);
  const explanations: Explanation[] = [];
  for (const upload of uploads) explanations.push(await explain(upload, config, { ...options, endpoint }));
  return { explanations, ignored, malformed, ticks };
}

function endpointOf(region: string, override: string | undefined): Endpoint {
  try {
    return resolveEndpoint({ region, override: override || undefined });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(cause.message, 1, { cause });
  }
}

/** @param most other rules that are listed of each upload */
export function eventJson({ explanations, ...others }: ExplainedEvent, most: number): object {
  const cut = explanations.map((one) => {
    const othersOmitted = one.others.length - most;
    return othersOmitted <= 0 ? one : { ...one, others: one.others.slice(0, most), othersOmitted };
  });
  return { explanations: cut, ...others };
}

/** For people, ended by a line break. */
export function eventReport(event: ExplainedEvent, most: number, region: string): string {
  const blocks = [
    ...event.explanations.map((one) => explainReport(one, { most, region })),
    ...event.ignored.map(({ source, reason }) => `${printable(source)}\n\nit is skipped: ${reason}\n`),
    ...event.malformed.map(({ at, message }) => `${printable(at)}\n\ncannot be read: ${printable(message)}\n`),
    ...event.ticks.map(({ triggerName }) => `timer ${printable(triggerName)}\n\nruns due records of the journal\n`),
  ];
  return blocks.join('\n');
}
