// What reconciling needs beside what an upload needs: of the function's role for a sweep in the cloud, and of a person
// who runs `npm run reconcile`. It lists sources and targets, and keeps its state below `sweeps/` in the journal.
import { boundedRules } from '../../rules/bounded.js';
import type { Config, Rule } from '../../rules/rule.js';
import { shortestPrefixes, sourcePrefixes } from '../../rules/source-prefixes.js';
import { targetPatternsFrom } from '../../rules/target-pattern.js';
import { mayEndInDot, whyNotUnique } from '../../rules/unique-target.js';
import { sweepsPrefix } from '../../sweep/newest.js';
import { bucketArn, type Grant, grant, objects } from './document.js';
import { configGrant, pipelineGrants, sources, targets } from './function-role.js';
import type { Setting } from './setting.js';

/** What a sweep in the cloud adds to the function's role; nothing without a journal, which it needs. */
export function sweepGrants(config: Config, { accountId }: Setting): Grant[] {
  const { journal } = config;
  if (journal === 'throw') return [];
  const prefix = sweepsPrefix(journal);
  return [
    grant(
      'read what a sweep is to do, and write down how far it is',
      ['oss:GetObject', 'oss:PutObject'],
      [objects(accountId, journal.bucket, prefix)],
    ),
    list('find the newest sweep, and how far each part of it is', accountId, journal.bucket, [prefix]),
    ...listGrants(config, accountId),
  ];
}

/**
 * For a person who runs `npm run reconcile`: it compares and makes derivatives with the function's own code, and with
 * --prune removes those whose sources are gone. Without a journal it can only plan.
 */
export function reconcileGrants(config: Config, setting: Setting): Grant[] {
  const { accountId } = setting;
  const rules = boundedRules(config);
  if (config.journal === 'throw') {
    const places = [...sources(rules, accountId), ...targets(rules, accountId)];
    const look = grant('look at sources and derivatives', ['oss:GetObject'], places);
    return [look, configGrant(setting), ...listGrants(config, accountId)];
  }
  const prunable = rules.map((rule): Rule => {
    const inDot = mayEndInDot(rule.when.suffixes);
    return { ...rule, outputs: rule.outputs.filter(({ key }) => whyNotUnique(key, inDot) === undefined) };
  });
  return [
    ...pipelineGrants(config, setting),
    configGrant(setting),
    ...sweepGrants(config, setting),
    grant('remove derivatives without a source (--prune)', ['oss:DeleteObject'], targets(prunable, accountId)),
  ];
}

/** What cannot be known here. */
export const reconcileNotes = [
  'the objects of an inventory (--inventory) are not known here: to read one, grant oss:GetObject on them',
];

/** Listing the sources that rules can take, and the keys where their outputs are saved. */
function listGrants(config: Config, accountId: string): Grant[] {
  const rules = boundedRules(config);
  const listened = sourcePrefixes(rules);
  const saved = new Map<string, Set<string>>();
  for (const rule of rules) {
    for (const source of rule.when.buckets) {
      // A page of sources may hold those of several rules: its targets are listed by what their keys have in common.
      const shortest = listened.get(source) ?? [];
      const prefixes = rule.when.prefixes.map((prefix) => shortest.find((one) => prefix.startsWith(one)) ?? prefix);
      for (const output of rule.outputs) {
        const found = targetPatternsFrom(source, output, { ...rule, when: { ...rule.when, prefixes } });
        const known = saved.get(found.bucket) ?? new Set();
        for (const prefix of found.prefixes) known.add(prefix);
        saved.set(found.bucket, known);
      }
    }
  }
  return [
    ...[...listened].map(([bucket, prefixes]) => list('list the sources', accountId, bucket, prefixes)),
    ...[...saved].map(([bucket, prefixes]) => list('list the derivatives', accountId, bucket, prefixes)),
  ];
}

function list(why: string, accountId: string, bucket: string, of: Iterable<string>): Grant {
  const prefixes = shortestPrefixes(of);
  // A list of all keys names no prefix, so that there is nothing to compare.
  const condition = { StringLike: { 'oss:Prefix': prefixes.map((prefix) => `${prefix}*`) } };
  return grant(why, ['oss:ListObjects'], [bucketArn(accountId, bucket)], prefixes.includes('') ? undefined : condition);
}
