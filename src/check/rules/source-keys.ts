// From a target back to the source keys that an output could have made it of: the template is read as a pattern, and
// what it leaves out is filled in with what the rule asks for. The keys are candidates only: the caller renders them
// again.
import type { Output, Rule } from '../../rules/rule.js';
import { type Template, variablesOf } from '../../rules/template.js';
import { endsOf, someEtag, someFolders, someTime } from './example-uploads.js';

/** A pattern with more variables could take long to be matched. */
const maxVariables = 6;

/**
 * Gives keys of `bucket` that `output` of `rule` may save as a target; none where its template is too long to be read
 * back. `near`: a folder to look around in where the template leaves the folder out.
 */
export type SourceReader = (target: string, near: string) => string[];

/** Reads targets of one output back, for uploads to one bucket. */
export function sourceReader(output: Output, rule: Rule, bucket: string): SourceReader {
  const pattern = patternOf(output.key, rule.name, bucket);
  if (pattern === undefined) return () => [];
  return (target, near) => {
    const found = pattern.exec(target);
    return found === null ? [] : keysFor({ ...found.groups }, rule, near);
  };
}

function patternOf({ parts }: Template, rule: string, bucket: string): RegExp | undefined {
  const fixed = variablesOf({ bucket, key: 'x', etag: someEtag, time: someTime }, rule);
  const seen = new Set<string>();
  let pattern = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      pattern += escaped(part);
      continue;
    }
    const { variable } = part;
    const group = groups[variable];
    if (group === undefined) pattern += escaped(fixed[variable] ?? '');
    else if (seen.has(variable)) pattern += `\\k<${variable}>`;
    else pattern += `(?<${variable}>${group})`;
    seen.add(variable);
  }
  return seen.size > maxVariables ? undefined : new RegExp(`^${pattern}$`, 's');
}

/** The variables that the key decides; all others are known. */
const groups: Readonly<Record<string, string>> = {
  key: '.+',
  dir: '(?:.*/)?',
  file: '[^/]+',
  name: '[^/]+',
  ext: '[^/.]*',
};

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function keysFor(known: Readonly<Record<string, string | undefined>>, rule: Rule, near: string): string[] {
  const { key, dir, file, name, ext } = known;
  if (key !== undefined) return [key];
  const folders = dir === undefined ? foldersOf(rule, near) : [dir];
  const ends = ext === undefined ? extensionsOf(rule) : [ext === '' ? '' : `.${ext}`];
  const names = name === undefined ? ['photo', 'picture'] : [name];
  const files = file === undefined ? names.flatMap((stem) => ends.map((end) => stem + end)) : [file];
  return folders.flatMap((folder) => files.map((one) => folder + one));
}

function foldersOf({ when: { prefixes } }: Rule, near: string): string[] {
  const folders = prefixes.slice(0, 4).flatMap((prefix) => {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const deeper = folder === prefix ? folder : `${prefix}/`;
    return [folder, deeper, ...someFolders.map((name) => deeper + name)];
  });
  return [...new Set([...folders, near, ...someFolders.map((name) => near + name)])];
}

/** Last, those that differ from the others in case alone. */
function extensionsOf(rule: Rule): string[] {
  const ends = endsOf(rule).map((end) => end.slice(Math.max(0, end.lastIndexOf('.'))));
  return [...new Set([...ends, ...ends.map((end) => end.toUpperCase())])];
}
