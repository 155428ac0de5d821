// Targets that two uploads have in common, of one output or of two: the later one overwrites the earlier. Each is shown by
// two uploads that the function would save so; what no such pair is found for is not claimed.

import { type ObjectName, objectUri } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { indexRules, type RuleIndex } from '../pipeline/match.js';

import { showText } from '../rules/issue.js';
import type { Config, Rule } from '../rules/rule.js';
import { foldCase, targetPatternsFrom } from '../rules/target-pattern.js';
import { render, type Template, templateUses, variablesOf } from '../rules/template.js';
import { mayEndInDot, whyNotUnique } from '../rules/unique-target.js';
import { type Found, found } from './finding.js';
import { type OutputPlace, outputPath, outputsOf } from './place.js';
import { foldersIn, saves, takes, uploadFor, uploadsOf } from './sample.js';
import { type Reader, readerOf } from './sources.js';

const maxFindings = 50;
/** Pairs of a target and an output that are looked at. */
const maxPairs = 200_000;

/** Outputs that give two uploads one target, and outputs that have a target in common. */
export function overwrites(config: Config): Found[] {
  const index = indexRules(config.rules);
  const writers = writersOf(config);
  const outputs = indexRules(writers.map(({ reach }) => reach));
  const writerOf = new Map(writers.map((writer) => [writer.reach, writer]));
  const reported = new Set<string>();
  const findings: Found[] = [];
  // Each of thousands of rules is like many others.
  const most = config.rules.length > 1_000 ? 3 : 150;
  const folders = foldersIn(config, 12);
  let pairs = 0;
  for (const place of outputsOf(config)) {
    for (const upload of uploadsOf(place.rule, index, most, folders)) {
      const target = targetOf(place, upload);
      for (const reach of target === undefined ? [] : candidates(outputs, target)) {
        const other = writerOf.get(reach);
        if (target === undefined || other === undefined) continue;
        pairs += 1;
        if (pairs > maxPairs || findings.length >= maxFindings) return [...findings, cut(config, findings)];
        const pair = [outputPath(place), outputPath(other)].sort().join(' ');
        if (reported.has(pair)) continue;
        const rival = rivalOf({ place, upload, target }, other, index);
        if (rival === undefined) continue;
        reported.add(pair);
        findings.push(finding({ place, upload, target }, other, rival));
      }
    }
  }
  return findings;
}

/** An output for uploads to one bucket: where its targets may lie, as a rule to be matched, and how to read them back. */
interface Writer extends OutputPlace {
  readonly source: string;
  readonly reach: Rule;
  /** Whether two keys of that bucket may have one target. */
  readonly merging: boolean;
  readonly read: Reader;
}

interface Save {
  readonly place: OutputPlace;
  readonly upload: Upload;
  readonly target: ObjectName;
}

function writersOf(config: Config): Writer[] {
  const writers: Writer[] = [];
  const merging = new Map<Template, boolean>();
  for (const place of outputsOf(config)) {
    const { rule, output } = place;
    if (!merging.has(output.key)) merging.set(output.key, whyNotUnique(output.key, true) !== undefined);
    for (const source of rule.when.buckets) {
      const { bucket, prefixes, suffixes } = targetPatternsFrom(source, output, rule);
      const reach: Rule = { name: '', when: { buckets: [bucket], prefixes, suffixes, excludes: [] }, outputs: [] };
      let reader: Reader | undefined;
      const read: Reader = (target, near) => {
        reader ??= readerOf(output, rule, source);
        return reader(target, near);
      };
      writers.push({ ...place, source, reach, merging: merging.get(output.key) ?? true, read });
    }
  }
  return writers;
}

function targetOf({ output, rule }: OutputPlace, upload: Upload): ObjectName | undefined {
  const rendered = render(output.key, variablesOf(upload, rule.name));
  return 'key' in rendered ? { bucket: output.bucket ?? upload.bucket, key: rendered.key } : undefined;
}

/** All whose targets may lie there. */
function* candidates({ buckets }: RuleIndex, { bucket, key }: ObjectName): Generator<Rule> {
  const folded = foldCase(key);
  const prefixes = buckets.get(bucket);
  for (const prefixLength of prefixes?.lengths ?? []) {
    const suffixes = prefixes?.byPrefix.get(key.slice(0, prefixLength));
    for (const suffixLength of suffixes?.lengths ?? []) {
      for (const { rule } of suffixes?.bySuffix.get(folded.slice(key.length - suffixLength)) ?? []) yield rule;
    }
  }
}

/** Another upload that the other output would save as the same target. */
function rivalOf({ place, upload, target }: Save, other: Writer, index: RuleIndex): Upload | undefined {
  const same = place.output === other.output;
  if (same && upload.bucket === other.source && !other.merging) return undefined;
  // The same bytes under the same style are the same result.
  const named = templateUses(place.output.key, 'etag') || templateUses(other.output.key, 'etag');
  if (named && place.output.style === other.output.style) return undefined;
  for (const key of other.read(target.key, upload.key.slice(0, upload.key.lastIndexOf('/') + 1))) {
    const own = upload.bucket === other.source && upload.key === key;
    // Of one source, rules for different sizes may make the same.
    if (own && (same || place.rule !== other.rule)) continue;
    const rival = uploadFor(other.rule, other.source, key);
    if (!takes(other.rule, rival, index)) continue;
    const theirs = targetOf(other, rival);
    if (theirs?.bucket !== target.bucket || theirs.key !== target.key) continue;
    if (saves(other.rule, rival, target, index) && saves(place.rule, upload, target, index)) return rival;
  }
  return undefined;
}

function finding({ place, upload, target }: Save, other: Writer, rival: Upload): Found {
  const where = `${outputPath(place)}.to.key`;
  const key = showText(place.output.key.text);
  const own = objectUri(upload.bucket, upload.key);
  const theirs = objectUri(rival.bucket, rival.key);
  const saved = objectUri(target.bucket, target.key);
  if (place.output !== other.output) {
    const who =
      own === theirs ? `${own} is saved by both` : `${own} by this one and ${theirs} by that one are both saved`;
    const message = `${key} and ${outputPath(other)} ${showText(other.output.key.text)} have targets in common: ${who} as ${saved}, and the later one stays`;
    return found('warning', 'outputsOverwrite', where, message, 'give one of them a folder or an ending of its own');
  }
  const both = `${own} and ${theirs} are both saved as ${saved}`;
  if (upload.bucket !== rival.bucket) {
    const message = `${key} does not tell the buckets of the rule apart: ${both}`;
    return found('warning', 'sourcesShareTarget', where, message, 'put {bucket}/ before the key');
  }
  if (foldCase(own) === foldCase(theirs)) {
    const message = `${key} gives names that differ in the case of their extension one target: ${both}`;
    return found('info', 'caseSharesTarget', where, message, '{file} in place of {name} keeps them apart');
  }
  const why = whyNotUnique(place.output.key, mayEndInDot(place.rule.when.suffixes));
  const loses = why?.startsWith('{name}') === true;
  const fix = loses ? '{file} in place of {name}' : 'write all of the source key: {key}, or {dir} with {file}';
  const message = `${key} gives two sources one target${why === undefined ? '' : `, since ${why}`}: ${both}`;
  return found('warning', 'sourcesShareTarget', where, message, fix);
}

function cut({ rules }: Config, findings: readonly Found[]): Found {
  const why = findings.length >= maxFindings ? `the first ${maxFindings} are shown` : `${maxPairs} pairs were compared`;
  const message = `not every output of the ${rules.length} rules was compared with every other: ${why}`;
  return found(
    'info',
    'overwritesCut',
    'rules',
    message,
    'mend these and check again, or give rules folders of their own',
  );
}
