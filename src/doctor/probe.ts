// What the function's own role may do, found out by events that change nothing: uploads of objects that do not exist.
// OSS answers NoSuchKey to a role that may process there, and AccessDenied to one that may not. A key that the function
// itself refuses shows whether the function can write to its journal. The records that the probes leave there are
// deleted.
import { endsOf, takes, uploadFor } from '../check/rules/example-uploads.js';
import { duePrefix, failedPrefix, jobDigest, jobOfKey } from '../journal/record-name.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import { jobsOf } from '../pipeline/jobs.js';
import { indexConfig, type RuleIndex } from '../pipeline/match.js';
import type { Failed } from '../pipeline/outcome.js';
import { keysBelow } from '../replay/records.js';
import type { Config, Journal, Rule } from '../rules/rule.js';
import { countOf } from '../terminal/text.js';
import { type Diagnosis, ok, problem, unseen, warning } from './diagnosis.js';
import { type Probe, type ProbeAnswer, type ProbedFunction, runProbes } from './run-probes.js';

export interface ProbeInput extends ProbedFunction {
  readonly config: Config;
  /** To delete what the probes leave in the journal. */
  readonly oss: Pick<Oss, 'deleteObject' | 'listObjects'>;
  /** In the keys, so that no such object exists. */
  readonly id: string;
}

/** Each makes one call of OSS for every output. */
const mostProbes = 200;

export async function probeDiagnoses(input: ProbeInput): Promise<Diagnosis[]> {
  const { rules, journal } = input.config;
  const index = indexConfig(input.config);
  const places = rules.flatMap((rule) => placesOf(rule, index, `oss-autostyle-doctor-${input.id}`));
  const withKey = places.filter(({ probe }) => probe !== undefined);
  // One place of each rule before the second of any.
  withKey.sort((one, other) => one.turn - other.turn);
  const probes = withKey.flatMap(({ probe }) => probe ?? []).slice(0, mostProbes);
  if (probes.length === 0) return [warning('probe', 'no key was found that a rule takes', 'npm run check')];

  const { answers, failed } = await runProbes(input, probes);
  const all = [...answers].map(([probe, answer]) => accessDiagnosis(probe, answer));
  if (failed !== undefined) all.push(failed);
  if (journal !== 'throw') {
    const left = [...answers].flatMap(([probe, answer]) => failuresOf(probe, answer, index));
    all.push(...(await clean(input, journal, left)).diagnoses);
  }
  all.push(
    ...unseenPlaces(
      places.filter(({ probe }) => probe === undefined),
      'no key was found there that the rule takes',
    ),
    ...unseenPlaces(
      withKey.slice(mostProbes),
      `at most ${mostProbes} places are tried; --config FILE.json can hold fewer rules`,
    ),
  );
  const allowed = failed === undefined && probes.find((probe) => isAllowed(answers.get(probe)));
  // Where none is allowed, the function has reported failures, as it does only once they are in its journal.
  if (allowed && journal !== 'throw') all.push(...(await probeJournal(input, allowed, index, journal)));
  return all;
}

/** A bucket and prefix of a rule; `probe`: an upload that the rule takes there. */
interface ProbePlace {
  readonly rule: Rule;
  readonly uri: string;
  readonly probe: Probe | undefined;
  /** Which of the rule’s places it is, from 0. */
  readonly turn: number;
}

function placesOf(rule: Rule, index: RuleIndex, name: string): ProbePlace[] {
  const { buckets, prefixes } = rule.when;
  const places = buckets.flatMap((bucket) => prefixes.map((prefix) => ({ bucket, prefix })));
  return places.map(({ bucket, prefix }, turn) => {
    const uploads = endsOf(rule).map((end) => uploadFor(rule, bucket, `${prefix}${name}${end}`));
    const upload = uploads.find((one) => takes(rule, one, index));
    return { rule, uri: objectUri(bucket, `${prefix}*`), probe: upload && { rule, upload, prefix }, turn };
  });
}

/** What is not known of the function’s role, with the first three places by name. */
function unseenPlaces(places: readonly ProbePlace[], why: string): Diagnosis[] {
  if (places.length === 0) return [];
  const named = places.slice(0, 3).map(({ rule, uri }) => `${uri} (rule ${rule.name})`);
  const more = places.length > named.length ? ` and ${places.length - named.length} more` : '';
  return [unseen('access', `what the function’s role may do in ${named.join(', ')}${more}: ${why}`)];
}

/** The failures that the function has written to its journal for a probe. */
function failuresOf({ rule, upload }: Probe, answer: ProbeAnswer, index: RuleIndex): Failed[] {
  return jobsOf(upload, rule, index).jobs.flatMap(({ target, style }): Failed[] => {
    const uri = objectUri(target.bucket, target.key);
    const result = answer.results.find((one) => one.target === uri);
    // What was left out of the summary has most likely failed as the others did.
    const error = result === undefined && answer.omitted ? firstError(answer) : result?.error;
    const source = { bucket: upload.bucket, key: upload.key };
    return error === undefined ? [] : [{ status: 'failed', source, rule: rule.name, style, target, error }];
  });
}

function firstError({ results }: ProbeAnswer) {
  return results.find(({ error }) => error !== undefined)?.error;
}

/** Whether the function would have processed it. */
function isAllowed(answer: ProbeAnswer | undefined): boolean {
  if (answer === undefined || firstError(answer) !== undefined) return false;
  return answer.results.some(({ reason }) => reason === 'source-gone');
}

function accessDiagnosis({ rule, upload, prefix }: Probe, answer: ProbeAnswer): Diagnosis {
  const place = objectUri(upload.bucket, `${prefix}*`);
  const failed = firstError(answer);
  if (failed !== undefined) {
    const message = `rule ${rule.name} fails below ${place}: ${failed.message}`;
    if (failed.kind === 'transient') return warning('access', message, 'npm run doctor again');
    const resource = `acs:oss:*:*:${upload.bucket}/${prefix}*`;
    const posts = rule.outputs.some(({ relay }) => relay === undefined);
    const actions = posts ? 'oss:PostProcessTask and oss:GetObject' : 'oss:GetObject';
    const grant = `grant the function’s role ${actions} on ${resource}: npm run policy prints it all`;
    const more = 'npm run invoke -- FILE --remote --log shows more';
    return problem('access', message, failed.code === 'AccessDenied' ? grant : more);
  }
  if (isAllowed(answer)) {
    return ok('access', `the function’s role may process ${place} (rule ${rule.name})`);
  }
  const [first] = answer.results;
  if (first === undefined && answer.omitted) {
    return unseen('access', `what the function’s role may do in ${place} (rule ${rule.name}): its answer left it out`);
  }
  const message = `the deployed function does not take ${place} as rule ${rule.name} does: ${first?.reason ?? 'no result'}`;
  return problem('access', message, 'its rules are others than these: npm run deploy, or --config');
}

async function probeJournal(input: ProbeInput, probe: Probe, index: RuleIndex, journal: Journal): Promise<Diagnosis[]> {
  const { rule, upload, prefix } = probe;
  // A dot segment: the function refuses the key before it calls OSS, and writes that down.
  const key = `${prefix}oss-autostyle-doctor-${input.id}/../${upload.key.slice(prefix.length)}`;
  const refused = uploadFor(rule, upload.bucket, key);
  if (!takes(rule, refused, index)) return [];
  const place = objectUri(journal.bucket, `${journal.prefix}*`);
  const { failed } = await runProbes(input, [{ ...probe, upload: refused }]);
  if (failed !== undefined) {
    const message = `the function cannot write to its journal ${place}: ${failed.message}`;
    const resource = `acs:oss:*:*:${journal.bucket}/${journal.prefix}*`;
    const grant = `grant its role oss:PutObject, oss:GetObject and oss:DeleteObject on ${resource}`;
    const fix = `for AccessDenied ${grant}; for another code, npm run doctor shows whether the bucket is there`;
    return [problem('journal', message, fix)];
  }
  const { found, diagnoses } = await clean(input, journal, jobsOf(refused, rule, index).failures);
  const diagnosis = found
    ? ok('journal', `the function’s role may write to ${place}`)
    : warning('journal', `the probe’s record was not found in ${place}`, 'is the deployed function of this version?');
  return [diagnosis, ...diagnoses];
}

/** Deletes the records of these failures; `found`: all were there. */
async function clean(
  { oss }: ProbeInput,
  journal: Journal,
  failures: readonly Failed[],
): Promise<{ found: boolean; diagnoses: Diagnosis[] }> {
  let found = true;
  const left: string[] = [];
  for (const failed of failures) {
    const { kind } = failed.error;
    const job = jobDigest(failed);
    // What is transient is due at a minute that the function has chosen.
    const below = kind === 'transient' ? duePrefix(journal) : `${failedPrefix(journal)}${kind}/${failed.rule}/${job}`;
    try {
      let records = 0;
      for await (const key of keysBelow(() => oss, journal.bucket, below)) {
        if (jobOfKey(key) !== job) continue;
        records += 1;
        await oss.deleteObject({ bucket: journal.bucket, key });
      }
      if (records === 0) found = false;
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      left.push(objectUri(journal.bucket, below));
    }
  }
  if (left.length === 0) return { found, diagnoses: [] };
  const message = `${countOf(left.length, 'journal record')} of the probe could not be deleted: ${left.slice(0, 3).join(', ')}`;
  return { found, diagnoses: [warning('journal', message, 'delete them, or npm run replay')] };
}
