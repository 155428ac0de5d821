// From a target back to the source keys that an output could have made it of: the template is read as a pattern, and
// what it leaves out is filled in with what the rule asks for. The keys are candidates only: the caller renders them
// again.
import { type KeyParts, targetReader } from '../../rules/read-back.js';
import type { Output, Rule } from '../../rules/rule.js';
import { endsOf, someFolders } from './example-uploads.js';

/**
 * Gives keys of `bucket` that `output` of `rule` may save as a target.
 * @param near a folder to look around in where the template leaves the folder out
 */
export function sourceKeys(output: Output, rule: Rule, bucket: string, target: string, near: string): string[] {
  const read = targetReader(output.key, bucket, rule.name);
  const parts = read?.(target);
  return parts === undefined ? [] : keysFor(parts, rule, near).filter((key) => key !== '');
}

function keysFor({ dir, file, name, ext }: KeyParts, rule: Rule, near: string): string[] {
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
