// What the function's role may do: the requests that the function makes for a configuration, and no others.
// https://www.alibabacloud.com/help/en/oss/user-guide/sys-or-saveas and .../authorization-syntax-and-elements
import { duePrefix, failedPrefix } from '../../journal/record-name.js';
import { boundedRules } from '../../rules/bounded.js';
import type { Config, Output, Rule } from '../../rules/rule.js';
import { sourcePrefixes } from '../../rules/source-prefixes.js';
import { targetPatternsFrom } from '../../rules/target-pattern.js';
import { namesVersion } from '../../rules/template.js';
import { tellsSource } from '../../rules/unique-target.js';
import { destinationGrant, destinationNotes } from './destinations.js';
import { bucketArn, type Grant, grant, objectKey, objects } from './document.js';
import { logProjects, type Setting } from './setting.js';
import { needsOf, type StyleNeeds } from './style-needs.js';

/** The grants, each for one purpose; those without a resource are left out. */
export function functionGrants(config: Config, setting: Setting): Grant[] {
  const { onSuccess, onFailure } = setting.destinations;
  return [
    ...pipelineGrants(config, setting),
    configGrant(setting),
    ...destinationGrant('hand over the events that failed for good', onFailure, setting),
    ...destinationGrant('report the events that are done', onSuccess, setting),
    grant('write the log', ['log:PostLogStoreLogs'], logStores(setting)),
  ].filter(({ statement }) => statement.Resource.length > 0);
}

/**
 * For a person who runs `npm run replay`: it runs what failed with the function's own code, and deletes its records.
 * `npm run doctor -- --clear` needs no more.
 */
export function replayGrants(config: Config, setting: Setting): Grant[] {
  const { journal } = config;
  if (journal === 'throw') return [];
  return [
    ...pipelineGrants(config, setting),
    configGrant(setting),
    grant('find what failed, by kind and rule', ['oss:ListObjects'], [bucketArn(setting.accountId, journal.bucket)], {
      StringLike: { 'oss:Prefix': [`${failedPrefix(journal)}*`] },
    }),
  ];
}

/** Reading the rules where they are kept in OSS. */
export function configGrant({ accountId, configObject }: Setting): Grant {
  const resources = configObject === undefined ? [] : [objectKey(accountId, configObject.bucket, configObject.key)];
  return grant('read the configuration', ['oss:GetObject'], resources);
}

/** What OSS is asked for to run an upload or a journal record. */
export function pipelineGrants(config: Config, { region, accountId, kmsKey }: Setting): Grant[] {
  const rules = boundedRules(config);
  const removing = rules.map((rule): Rule => {
    if (rule.onDelete === 'remove') return rule;
    const outputs = rule.outputs.filter((output) => {
      return (
        namesVersion(output.key) && rule.when.buckets.some((bucket) => tellsSource(output, rule, bucket, config.rules))
      );
    });
    return { ...rule, outputs };
  });
  const tagging = rules.map((rule): Rule => {
    return { ...rule, outputs: rule.outputs.filter(({ relay }) => relay !== undefined && relay.tags.length > 0) };
  });
  const processing = rules.filter((rule) => needsOfRule(rule).some(({ imm }) => imm.length > 0));
  const immActions = new Set(processing.flatMap((rule) => needsOfRule(rule).flatMap(({ imm }) => imm)));
  const posting = rules.filter(({ outputs }) => outputs.some(({ relay }) => relay === undefined));
  const posted = new Set(sources(posting, accountId));
  return [
    grant(
      'process the source objects, and look at them: whether they are still what was processed, and their image/info',
      ['oss:PostProcessTask', 'oss:GetObject'],
      posted,
    ),
    grant(
      'read the source objects as styles make them of those whose outputs are all relayed, and look at them',
      ['oss:GetObject'],
      sources(rules, accountId).filter((resource) => !posted.has(resource)),
    ),
    grant('read the images that styles put on others', ['oss:GetObject'], watermarkImages(rules, accountId)),
    grant(
      'save the derivatives, and look at one where its state is not known',
      ['oss:PutObject', 'oss:GetObject'],
      targets(rules, accountId),
    ),
    grant('give derivatives their tags', ['oss:PutObjectTagging'], targets(tagging, accountId)),
    grant(
      'remove the derivatives of what was deleted, and those whose keys name another version than they are of',
      ['oss:DeleteObject'],
      targets(removing, accountId),
    ),
    ...journalGrants(config, accountId),
    grant(
      'process the source objects with Intelligent Media Management',
      ['oss:ProcessImm'],
      sources(processing, accountId),
    ),
    grant(
      'call Intelligent Media Management',
      [...immActions],
      immActions.size === 0 ? [] : [`acs:imm:${region}:${accountId}:project/*`],
    ),
    grant(
      'read and write objects that are encrypted with this key',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      kmsKey === undefined ? [] : [`acs:kms:${region}:${accountId}:key/${kmsKey}`],
    ),
  ];
}

function needsOfRule({ outputs }: Rule): StyleNeeds[] {
  return outputs.map(({ style }) => needsOf(style));
}

/** What the policies cannot express exactly, and what cannot be known here. */
export function functionNotes(config: Config, { destinations }: Setting): string[] {
  const notes = destinationNotes(destinations);
  const literals = [
    ...config.rules.flatMap(({ when, outputs }) => [
      ...when.prefixes,
      ...outputs.flatMap(({ key }) => key.parts.filter((part) => typeof part === 'string')),
    ]),
    ...(config.journal === 'throw' ? [] : [config.journal.prefix]),
  ];
  const wild = literals.find((text) => /[*?]/.test(text));
  if (wild !== undefined) {
    notes.push(`RAM takes * and ? in ${JSON.stringify(wild)} for wildcards: more keys are granted than meant`);
  }
  if (config.rules.some((rule) => needsOfRule(rule).some(({ named }) => named))) {
    notes.push(
      'what the named styles (style/NAME) need beside the source is not known here: where one puts an image on another, ' +
        'or needs Intelligent Media Management, grant oss:GetObject on that image, or oss:ProcessImm and the imm: action',
    );
  }
  return notes;
}

/** The keys that the rules listen to. */
export function sources(rules: readonly Rule[], accountId: string): string[] {
  return [...sourcePrefixes(rules)].flatMap(([bucket, prefixes]) =>
    prefixes.map((prefix) => objects(accountId, bucket, prefix)),
  );
}

/** The keys where the rules save. */
export function targets(rules: readonly Rule[], accountId: string): Set<string> {
  const found = new Set<string>();
  for (const rule of rules) {
    for (const output of rule.outputs) {
      for (const source of rule.when.buckets) {
        const { bucket, prefixes } = targetPatternsFrom(source, output, rule);
        const { exact, end } = literalEnd(output, source, rule.name);
        for (const prefix of prefixes) {
          found.add(exact ? objectKey(accountId, bucket, prefix) : objects(accountId, bucket, prefix, end));
        }
      }
    }
  }
  return withoutCovered(found);
}

/**
 * The text that every key of an output ends with, in its case, since RAM compares with case. It stands behind the last
 * variable, so that it never overlaps the known start. `exact`: there is no variable, and it is the whole key.
 */
function literalEnd({ key }: Output, bucket: string, rule: string): { exact: boolean; end: string } {
  let end = '';
  for (const part of [...key.parts].reverse()) {
    if (typeof part === 'string') end = part + end;
    else if (part.variable === 'bucket') end = bucket + end;
    else if (part.variable === 'rule') end = rule + end;
    else return { exact: false, end };
  }
  return { exact: true, end };
}

/** Without those that another pattern of the same bucket, with a shorter start and no end, covers. */
function withoutCovered(patterns: ReadonlySet<string>): Set<string> {
  const open = [...patterns].filter((pattern) => pattern.endsWith('*')).sort();
  const widest = new Set<string>();
  let last: string | undefined;
  for (const pattern of open) {
    if (last !== undefined && pattern.startsWith(last.slice(0, -1))) continue;
    last = pattern;
    widest.add(pattern);
  }
  const starts = [...widest].map((pattern) => pattern.slice(0, -1));
  const lengths = [...new Set(starts.map(({ length }) => length))];
  const known = new Set(starts);
  const covered = (pattern: string) => lengths.some((length) => known.has(pattern.slice(0, length)));
  return new Set([...patterns].filter((pattern) => widest.has(pattern) || !covered(pattern)));
}

function journalGrants({ journal }: Config, accountId: string): Grant[] {
  if (journal === 'throw') return [];
  const { bucket } = journal;
  const prefixes = [duePrefix(journal), failedPrefix(journal)];
  return [
    grant(
      'record what could not be finished, run again what is due, and delete the records of what is done',
      ['oss:PutObject', 'oss:GetObject', 'oss:DeleteObject'],
      prefixes.map((prefix) => objects(accountId, bucket, prefix)),
    ),
    grant('find these records', ['oss:ListObjects'], [bucketArn(accountId, bucket)], {
      StringEquals: { 'oss:Prefix': prefixes },
    }),
  ];
}

function watermarkImages(rules: readonly Rule[], accountId: string): string[] {
  return rules.flatMap((rule) => {
    const keys = needsOfRule(rule).flatMap(({ images }) => images);
    return keys.flatMap((key) => rule.when.buckets.map((bucket) => objectKey(accountId, bucket, key)));
  });
}

function logStores(setting: Setting): string[] {
  const { region, accountId, logProject, logStore } = setting;
  const store = logProject === undefined ? '*' : logStore;
  return logProjects(setting).map((project) => `acs:log:${region}:${accountId}:project/${project}/logstore/${store}`);
}
