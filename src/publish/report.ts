// What `publish` has found and done, for people.

import type { Found } from '../check/finding.js';
import { objectUri } from '../oss/object-name.js';
import { shellWord } from '../terminal/shell-quote.js';
import { printable } from '../terminal/text.js';
import type { Lacks } from './lacks.js';

export interface Report {
  readonly uri: string;
  /** What was to be published, as the user calls it. */
  readonly name: string;
  readonly findings: readonly Found[];
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
  readonly lacks?: Lacks;
  readonly published: boolean;
  readonly etag?: string;
}

export function reportText(report: Report): string {
  const lines = [...report.findings.flatMap(findingLines), ...lackLines(report), ...endLines(report)];
  return `${lines.join('\n')}\n`;
}

function findingLines({ severity, where, message, fix }: Found, at: number, all: readonly Found[]): string[] {
  const text = `${severity.padEnd(7)} ${where === '' ? '' : `${where}: `}${message}`;
  // What is to be done about several alike is said after the last of them.
  const again = all[at + 1]?.fix === fix;
  return again ? [printable(text)] : [printable(text), printable(`        → ${fix}`)];
}

function lackLines({ lacks, replaces, refused, copy, readTriggers, uri }: Report): string[] {
  if (lacks === undefined || refused) return [];
  const { triggers, timer, permissions } = lacks;
  const than = `which ${replaces ? 'the version in force' : 'src/config.ts'} does not`;
  const heard = readTriggers ? 'which s.yaml does not have' : than;
  const config = `--config ${copy}`;
  const count = triggers.length + Number(timer);
  return [
    ...(count === 0
      ? []
      : [
          `It needs these triggers, ${heard}:`,
          `  npm run triggers -- ${config} --write, then npm run deploy -- ${config}`,
        ].map(printable)),
    ...triggers.map(({ bucket, prefix, events }) => printable(`  ${objectUri(bucket, prefix)}  ${events.join(', ')}`)),
    ...(timer ? ['  the timer of every minute, which runs what the journal holds due'] : []),
    ...(permissions.length === 0
      ? []
      : [
          `The function’s role needs these permissions, ${than}:`,
          `  npm run policy -- ${config} --config-uri ${shellWord(uri)}`,
        ].map(printable)),
    ...permissions.map(({ actions, resource }) => printable(`  ${actions.join(', ')}  ${resource}`)),
  ];
}

function endLines({ uri, name, refused, unchanged, dryRun, published, replaces }: Report): string[] {
  if (refused) return [printable(`refused: ${name} was not published`)];
  if (unchanged) return [printable(`${uri} is the same already; nothing was changed`)];
  if (dryRun || !published) return [printable(`${name} can be published to ${uri}; nothing was changed`)];
  return [
    printable(`published ${name} to ${uri}; the function takes it within a minute`),
    ...(replaces ? [printable(`the former version is kept: npm run publish -- ${uri} --return`)] : []),
  ];
}
