// An explanation as a person reads it: what happens, with what requests, what it amounts to, and what other rules missed.

import type { ImageQuota } from '../quota.js';
import type { ExplainedOutput, Explanation } from './explain.js';

export interface ExplainReportOptions {
  /** Other rules that are listed; `Infinity` lists all. */
  readonly most: number;
  readonly region: string;
  readonly quota: ImageQuota;
}

/** The report, ended by a line break. */
export function explainReport(explanation: Explanation, options: ExplainReportOptions): string {
  const { source, event, outputs } = explanation;
  return [
    `${source}  (${event})`,
    ...assumedLines(explanation),
    '',
    `${verdictOf(explanation)}`,
    ...outputs.flatMap((output, index) => ['', ...outputLines(output, index + 1)]),
    '',
    ...estimateLines(explanation, options),
    ...otherLines(explanation, options.most),
    '',
  ].join('\n');
}

function assumedLines({ assumed: { size, etag, time } }: Explanation): string[] {
  const parts = [
    ...(size === undefined ? [] : [`${size} bytes (--size)`]),
    ...(etag === undefined ? [] : [`ETag ${etag} (--etag)`]),
    ...(time === undefined ? [] : [`${new Date(time).toISOString()} (--time)`]),
  ];
  return parts.length === 0 ? [] : [`  assumed: ${parts.join(', ')}`];
}

const skips: Readonly<Record<string, string>> = {
  'no-rule': 'no rule takes it: it is skipped',
  'not-an-upload': 'no rule acts on this event: it is skipped',
};

function verdictOf({ rules, skipped }: Explanation): string {
  const names = rules.map(({ name, path }) => `${name} (${path})`).join(', ');
  if (skipped !== undefined) return skips[skipped] ?? `it is skipped: ${skipped}`;
  return rules.length === 1 ? `rule ${names} takes it` : `rules ${names} act on it`;
}

function outputLines({ style, target, request, refused, lint }: ExplainedOutput, number: number): string[] {
  const lines = [`  ${number}. ${request?.method === 'DELETE' ? 'deletes' : style}`];
  if (target !== undefined) lines.push(`     → ${target}`);
  if (refused !== undefined) lines.push(`     refused, nothing is sent: ${refused.code}: ${refused.message}`);
  if (request !== undefined) {
    lines.push(`     ${request.method} ${request.path}`, `     Host: ${request.origin.replace(/^https?:\/\//, '')}`);
    if (request.body !== undefined) lines.push(`     ${request.body}`);
  }
  return [
    ...lines,
    ...lint.map(({ severity, code, message, fix }) => {
      return `     ${severity}: ${message}${fix === undefined ? '' : ` → ${fix}`} [${code}]`;
    }),
  ];
}

function estimateLines({ estimate }: Explanation, { region, quota }: ExplainReportOptions): string[] {
  const { process, head, bytes } = estimate;
  const requests = [
    ...(process === 0 ? [] : [`${process} ProcessObject`]),
    ...(estimate.delete === 0 ? [] : [`${estimate.delete} DeleteObject`]),
    ...(head === 0 ? [] : [`${head} HeadObject`]),
  ];
  if (requests.length === 0) return ['  no request to OSS'];
  const volume = bytes === 0 ? '' : `, ${megabytes(bytes)} of source data processed`;
  const total = process + head + estimate.delete;
  const lines = [
    `  requests: ${requests.join(', ')}${volume}`,
    `  a million such: ${grouped(total * 1_000_000)} requests${bytes === 0 ? '' : `, ${grouped(Math.round(bytes / 1_000))} GB`}`,
  ];
  if (process === 0) return lines;
  const most = Math.min(quota.qps / process, bytes === 0 ? Number.POSITIVE_INFINITY : quota.bytes / bytes);
  const quotas = `${quota.qps} calls and ${quota.bytes / 1_000_000} MB a second in ${region}`;
  return [...lines, `  OSS's default quota (${quotas}) takes ${short(most)} such a second`];
}

function otherLines({ others }: Explanation, most: number): string[] {
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

function megabytes(bytes: number): string {
  return `${short(bytes / 1_000_000)} MB`;
}

function short(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
