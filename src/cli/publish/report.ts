// What `publish` has found and done, for people.
import type { Found } from '../../check/finding.js';
import { objectUri } from '../../event.js';
import { printable } from '../result-line.js';
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

function lackLines({ lacks, replaces, refused }: Report): string[] {
  if (lacks === undefined || refused) return [];
  const { triggers, permissions } = lacks;
  const than = `which ${replaces ? 'the version in force' : 'src/config.ts'} does not`;
  return [
    ...(triggers.length === 0 ? [] : [`It needs these triggers, ${than} (npm run triggers, npm run deploy):`]),
    ...triggers.map(({ bucket, prefix, events }) => printable(`  ${objectUri(bucket, prefix)}  ${events.join(', ')}`)),
    ...(permissions.length === 0 ? [] : [`The function’s role needs these permissions, ${than} (npm run policy):`]),
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
