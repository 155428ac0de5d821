// What `publish` has found and done, for people.
import type { Finding } from '../check/finding.js';
import { objectUri } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import { shellWord } from '../terminal/shell-quote.js';
import type { Missing } from './missing.js';

export interface PublishReport {
  readonly uri: string;
  /** The function's CONFIG_URI names it, as far as is known here. */
  readonly isRead: boolean;
  /** What was to be published, as the user named it. */
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly refused: boolean;
  /** The same bytes are there already. */
  readonly unchanged: boolean;
  readonly dryRun: boolean;
  /** There was a version before. */
  readonly replaces: boolean;
  /** The rules as a word of a command: a file, or what stands for a copy of them. */
  readonly copy: string;
  /** The triggers are those of s.yaml, not those of the version before. */
  readonly readTriggers: boolean;
  /** Absent where the configuration cannot be loaded. */
  readonly lacks?: Missing;
  /** A sweep in the cloud that goes on under the present rules only. */
  readonly stops?: string | undefined;
  readonly published: boolean;
  readonly etag?: string;
}

export function publishReport(report: PublishReport): string {
  const { findings, stops } = report;
  const note = stops === undefined ? [] : [`note: ${stops}`];
  const lines = [...findings.flatMap(findingLines), ...missingLines(report), ...note, ...endLines(report)];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function findingLines({ severity, where, message, fix }: Finding, at: number, all: readonly Finding[]): string[] {
  const text = `${severity.padEnd(7)} ${where === '' ? '' : `${where}: `}${message}`;
  // Where several findings have one fix, it is printed after the last of them.
  return all[at + 1]?.fix === fix ? [text] : [text, `        → ${fix}`];
}

function missingLines({ lacks, replaces, refused, copy, readTriggers, uri }: PublishReport): string[] {
  if (lacks === undefined || refused) return [];
  const { triggers, timer, permissions } = lacks;
  const than = `which ${replaces ? 'the version in force' : 'src/config.ts'} does not need`;
  const config = `--config ${copy}`;
  const lines: string[] = [];
  if (triggers.length > 0 || timer) {
    lines.push(
      `The rules need these triggers, ${readTriggers ? 'which s.yaml does not have' : than}:`,
      `  npm run triggers -- ${config} --write, then npm run deploy -- ${config}`,
      ...triggers.map(({ bucket, prefix, events }) => `  ${objectUri(bucket, prefix)}  ${events.join(', ')}`),
    );
  }
  if (timer) lines.push('  the timer that runs due records of the journal every minute');
  if (permissions.length > 0) {
    lines.push(
      `The function’s role needs these permissions, ${than}:`,
      `  npm run policy -- ${config} --config-uri ${shellWord(uri)}`,
      ...permissions.map(({ actions, resource }) => `  ${actions.join(', ')}  ${resource}`),
    );
  }
  return lines;
}

function endLines({ uri, isRead, name, refused, unchanged, published, replaces }: PublishReport): string[] {
  if (refused) return [`refused: ${name} was not published`];
  if (unchanged) return [`${uri} is the same already; nothing was changed`];
  if (!published) return [`${name} can be published to ${uri}; nothing was changed`];
  const then = isRead ? 'the function takes it within a minute' : 'no function that is known here reads it: see above';
  const done = `published ${name} to ${uri}; ${then}`;
  return replaces ? [done, `the previous version is kept: npm run publish -- ${shellWord(uri)} --return`] : [done];
}
