// Targets that two uploads have in common, of one output or of two: the later one overwrites the earlier. Each finding
// shows two uploads that the function would save so; nothing is reported without such a pair.
import { type ObjectName, objectUri } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { indexConfig, indexRules, type RuleIndex, rulesThatAskFor } from '../../pipeline/match.js';
import { showText } from '../../rules/issue.js';
import { type Config, outputsOf, type Rule, type RuleOutput } from '../../rules/rule.js';
import { foldCase, targetPatternsFrom } from '../../rules/target-pattern.js';
import { type Template, templateUses } from '../../rules/template.js';
import { mayEndInDot, whyNotUnique } from '../../rules/unique-target.js';
import { type Finding, finding } from '../finding.js';
import { exampleUploads, foldersIn, saves, takes, uploadFor } from './example-uploads.js';
import { targetOf } from './outputs.js';
import { sourceKeys } from './source-keys.js';

const maxFindings = 50;
/** Pairs of a target and an output that are looked at. */
const maxPairs = 200_000;

/** Outputs that give two uploads one target, and outputs that have a target in common. */
export function overwrites(config: Config): Finding[] {
  const index = indexConfig(config);
  const writers = writersOf(config);
  const targets = indexRules(writers.map(({ targetsAsRule }) => targetsAsRule));
  const reported = new Set<string>();
  const findings: Finding[] = [];
  // Each of thousands of rules is like many others.
  const most = config.rules.length > 1_000 ? 3 : 150;
  const folders = foldersIn(config, 12);
  let pairs = 0;
  for (const from of outputsOf(config)) {
    for (const upload of exampleUploads(from.rule, index, most, folders)) {
      const target = targetOf(from, upload);
      if (target === undefined) continue;
      const save = { from, upload, target };
      for (const { order } of rulesThatAskFor(targets, target.bucket, target.key, foldCase(target.key))) {
        const other = writers[order];
        if (other === undefined) continue;
        pairs += 1;
        if (pairs > maxPairs || findings.length >= maxFindings) return [...findings, incomplete(config, findings)];
        const pair = [from.path, other.path].sort().join(' ');
        if (reported.has(pair)) continue;
        const rival = rivalOf(save, other, index);
        if (rival === undefined) continue;
        reported.add(pair);
        findings.push(overwriteFinding(save, other, rival));
      }
    }
  }
  return findings;
}

/** An output for uploads to one bucket, and where its targets may lie. */
interface Writer extends RuleOutput {
  readonly source: string;
  /** A rule that asks for all keys that its targets can have: found by the index that finds rules. */
  readonly targetsAsRule: Rule;
  /** Whether two keys of that bucket may have one target. */
  readonly merging: boolean;
}

/** One output's save of one upload. */
interface Save {
  readonly from: RuleOutput;
  readonly upload: Upload;
  readonly target: ObjectName;
}

function writersOf(config: Config): Writer[] {
  const merging = new Map<Template, boolean>();
  return outputsOf(config).flatMap((from) => {
    const { rule, output } = from;
    const isMerging = merging.get(output.key) ?? whyNotUnique(output.key, true) !== undefined;
    merging.set(output.key, isMerging);
    return rule.when.buckets.map((source) => {
      const { bucket, ...ends } = targetPatternsFrom(source, output, rule);
      const targetsAsRule = { name: '', when: { buckets: [bucket], ...ends, excludes: [] }, outputs: [] };
      return { ...from, source, targetsAsRule, merging: isMerging };
    });
  });
}

/** Another upload that the other output would save as the same target. */
function rivalOf({ from, upload, target }: Save, other: Writer, index: RuleIndex): Upload | undefined {
  const same = from.output === other.output;
  if (same && upload.bucket === other.source && !other.merging) return undefined;
  // The same bytes under the same style are the same result.
  const named = templateUses(from.output.key, 'etag') || templateUses(other.output.key, 'etag');
  if (named && from.output.style === other.output.style) return undefined;
  const near = upload.key.slice(0, upload.key.lastIndexOf('/') + 1);
  for (const key of sourceKeys(other.output, other.rule, other.source, target.key, near)) {
    const own = upload.bucket === other.source && upload.key === key;
    // Of one source, rules for different sizes may make the same.
    if (own && (same || from.rule !== other.rule)) continue;
    const rival = uploadFor(other.rule, other.source, key);
    if (!takes(other.rule, rival, index)) continue;
    const theirs = targetOf(other, rival);
    if (theirs?.bucket !== target.bucket || theirs.key !== target.key) continue;
    if (saves(other.rule, rival, target, index) && saves(from.rule, upload, target, index)) return rival;
  }
  return undefined;
}

function overwriteFinding({ from, upload, target }: Save, other: RuleOutput, rival: Upload): Finding {
  const where = `${from.path}.to.key`;
  const key = showText(from.output.key.text);
  const own = objectUri(upload.bucket, upload.key);
  const theirs = objectUri(rival.bucket, rival.key);
  const saved = objectUri(target.bucket, target.key);
  if (from.output !== other.output) {
    const who =
      own === theirs ? `${own} is saved by both` : `${own} by this one and ${theirs} by that one are both saved`;
    const message = `${key} and ${other.path} ${showText(other.output.key.text)} have targets in common: ${who} as ${saved}, and the later one stays`;
    return finding('warning', 'outputsOverwrite', where, message, 'give one of them a folder or an ending of its own');
  }
  const both = `${own} and ${theirs} are both saved as ${saved}`;
  if (upload.bucket !== rival.bucket) {
    const message = `${key} does not tell the buckets of the rule apart: ${both}`;
    return finding('warning', 'sourcesShareTarget', where, message, 'put {bucket}/ before the key');
  }
  if (foldCase(own) === foldCase(theirs)) {
    const message = `${key} gives names that differ in the case of their extension one target: ${both}`;
    return finding('info', 'caseSharesTarget', where, message, '{file} in place of {name} keeps them apart');
  }
  const why = whyNotUnique(from.output.key, mayEndInDot(from.rule.when.suffixes));
  const fix = why?.startsWith('{name}')
    ? '{file} in place of {name}'
    : 'write all of the source key: {key}, or {dir} with {file}';
  const message = `${key} gives two sources one target${why === undefined ? '' : `, since ${why}`}: ${both}`;
  return finding('warning', 'sourcesShareTarget', where, message, fix);
}

function incomplete({ rules }: Config, findings: readonly Finding[]): Finding {
  const why = findings.length >= maxFindings ? `the first ${maxFindings} are shown` : `${maxPairs} pairs were compared`;
  const message = `not every output of the ${rules.length} rules was compared with every other: ${why}`;
  const fix = 'fix these and check again, or give rules folders of their own';
  return finding('info', 'overwritesCut', 'rules', message, fix);
}
