// An explanation as a person reads it: what happens, with what requests, how many that makes, and why other rules do
// not act.
import { printable } from '../../rules/printable.js';
import { causeText, grouped } from '../../terminal/text.js';
import { imageQuota } from '../project/concurrency-limit.js';
import type { DryRequest } from './dry-run.js';
import type { ExplainedOutput, Explanation } from './explain.js';

export interface ExplainReportOptions {
  /** Other rules that are listed; `Infinity` lists all. */
  readonly most: number;
  readonly region: string;
}

/** The report, ended by a line break. */
export function explainReport(explanation: Explanation, options: ExplainReportOptions): string {
  const { source, event, outputs, lookalikes } = explanation;
  return [
    `${source}  (${event})`,
    ...assumedLines(explanation),
    '',
    verdictOf(explanation),
    ...refusalLines(explanation),
    ...lookalikes.map((one) => `  note: ${one}`),
    ...outputs.flatMap((output, index) => ['', ...outputLines(output, index + 1)]),
    '',
    ...estimateLines(explanation, options.region),
    ...otherLines(explanation, options.most),
    '',
  ]
    .map(printable)
    .join('\n');
}

function assumedLines({ assumed: { size, etag, time } }: Explanation): string[] {
  const parts = [
    size !== undefined && `${size} bytes (--size)`,
    etag !== undefined && `ETag ${etag} (--etag)`,
    time !== undefined && `${new Date(time).toISOString()} (--time)`,
  ].filter(Boolean);
  return parts.length === 0 ? [] : [`  assumed: ${parts.join(', ')}`];
}

/** What the rules do, in a line. */
export function verdictOf({ rules, skipped }: Explanation): string {
  if (skipped === 'no-rule') return 'no rule takes it: it is skipped';
  if (skipped === 'outside-envelope') {
    return 'a rule asks for it, and no deployed rule of src/config.ts, which bounds the others: it is skipped';
  }
  if (skipped === 'not-an-upload') return 'no rule acts on this event: it is skipped';
  if (skipped === 'empty') return 'it is empty, and no rule takes that: it is skipped';
  if (skipped !== undefined) return `it is skipped: ${skipped}`;
  const names = rules.map(({ name, path }) => `${name} (${path})`).join(', ');
  return rules.length === 1 ? `rule ${names} takes it` : `rules ${names} act on it`;
}

/** What OSS refuses of it, in a line; empty where that is nothing. */
export function refusalLines({ refusedByOss, rules }: Explanation): string[] {
  if (refusedByOss === undefined) return [];
  const { code, message } = refusedByOss;
  if (rules.length === 0) return [`OSS would refuse it: ${code}: ${message}`];
  return [`OSS refuses it: ${code}: ${message}; with a size in the rule it is skipped`];
}

function outputLines({ style, target, request, relayed, refused, lint }: ExplainedOutput, number: number): string[] {
  const lines = [`  ${number}. ${request?.method === 'DELETE' ? 'deletes' : style}`];
  if (target !== undefined) lines.push(`     → ${target}`);
  if (refused !== undefined) lines.push(`     refused, nothing is sent: ${causeText(refused.code, refused.message)}`);
  if (relayed !== undefined) lines.push(`     ${relayedText(relayed.because)}`);
  for (const one of [relayed?.get, request]) if (one !== undefined) lines.push(...requestLines(one));
  for (const { severity, code, message, fix } of lint) {
    lines.push(`     ${severity}: ${message}${fix === undefined ? '' : ` → ${fix}`} [${code}]`);
  }
  return lines;
}

/** Why an output is relayed. */
export function relayedText(because: readonly string[]): string {
  return `relayed because of ${because.join(', ')}: sys/saveas cannot do that`;
}

function requestLines({ method, origin, path, headers = {}, body }: DryRequest): string[] {
  return [
    `     ${method} ${path}`,
    `     Host: ${origin.replace(/^https?:\/\//, '')}`,
    ...Object.entries(headers).map(([name, value]) => `     ${name}: ${value}`),
    ...(body === undefined ? [] : [`     ${body}`]),
  ];
}

function estimateLines({ estimate, assumed }: Explanation, region: string): string[] {
  const { process, relay, head, bytes } = estimate;
  const kinds = {
    ProcessObject: process,
    GetObject: relay,
    PutObject: relay,
    DeleteObject: estimate.delete,
    HeadObject: head,
  };
  const requests = Object.entries(kinds)
    .filter(([, count]) => count > 0)
    .map(([api, count]) => `${count} ${api}`);
  if (requests.length === 0) return ['  no request to OSS'];
  const size = assumed.size === undefined ? '' : ', at the assumed size';
  const volume = bytes === 0 ? '' : `, ${short(bytes / 1_000_000)} MB of source data processed${size}`;
  const total = grouped((process + 2 * relay + head + estimate.delete) * 1_000_000);
  const gigabytes = bytes === 0 ? '' : `, ${grouped(Math.round(bytes / 1_000))} GB`;
  const lines = [
    `  requests: ${requests.join(', ')}${volume}`,
    `  for a million such events: ${total} requests${gigabytes}`,
  ];
  const calls = process + relay;
  if (calls === 0) return lines;
  const quota = imageQuota(region);
  const most = Math.min(quota.qps / calls, bytes === 0 ? Number.POSITIVE_INFINITY : quota.bytes / bytes);
  const quotas = `${quota.qps} calls and ${quota.bytes / 1_000_000} MB a second in ${region}`;
  return [...lines, `  OSS's default quota (${quotas}) takes ${short(most)} such uploads a second`];
}

/** The other rules, each with what keeps it from the upload; empty where there is none. */
export function otherLines({ others }: Explanation, most: number): string[] {
  if (others.length === 0) return [];
  const shown = others.slice(0, most);
  const width = Math.max(...shown.map(({ rule, path }) => rule.length + path.length + 3));
  return [
    '',
    'other rules',
    ...shown.map(({ rule, path, why }) => `  ${`${rule} (${path})`.padEnd(width)}  ${why}`),
    ...(others.length > most ? [`  … and ${grouped(others.length - most)} more (--all)`] : []),
  ];
}

function short(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
