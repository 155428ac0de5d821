// What the function's own role may do, found out by events that change nothing: uploads of objects that do not exist. OSS
// says NoSuchKey to who may process there, and AccessDenied to who may not. A key that the function refuses by itself shows
// whether it can write to its journal. What the probes leave in the journal is deleted again.
import { endsOf, takes, uploadFor } from '../check/rules/example-uploads.js';
import { journalEntry } from '../journal/record.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { jobsOf } from '../pipeline/jobs.js';
import { indexRules, type RuleIndex } from '../pipeline/match.js';
import type { Failed } from '../pipeline/outcome.js';
import type { Config, Journal, Rule } from '../rules/rule.js';
import { type Line, ok, problem, unseen, warning } from './diagnosis.js';
import { type Invoking, type Result, runProbes, type Seen } from './run-probes.js';

export interface Probing extends Invoking {
  readonly config: Config;
  /** To delete what the probes leave in the journal. */
  readonly oss: Pick<Oss, 'deleteObject' | 'headObject'>;
  /** In the keys, so that no such object exists. */
  readonly id: string;
}

/** Each asks OSS once for every output. */
const mostProbes = 200;

export async function probeLines(probing: Probing): Promise<readonly Line[]> {
  const { rules, journal } = probing.config;
  const index = indexRules(rules);
  const places = rules.flatMap((rule) => placesOf(rule, index, `oss-autostyle-doctor-${probing.id}`));
  // One place of each rule before the second of any.
  const probes = places.flatMap(({ probe }) => probe ?? []).sort((one, other) => one.turn - other.turn);
  if (probes.length === 0) return [warning('probe', 'no key was found that a rule takes', 'npm run check')];
  const { lines, allowed } = await probeAccess(probing, probes.slice(0, mostProbes), index);
  const all = [...lines, ...untried(places, probes.slice(mostProbes))];
  // A function that has told a refusal, instead of throwing, has written it down.
  if (journal === 'throw' || allowed === undefined) return all;
  return [...all, ...(await probeJournal(probing, allowed, index, journal))];
}

interface Probe {
  readonly rule: Rule;
  readonly upload: Upload;
  readonly prefix: string;
  /** Which of the rule’s places it is, from 0. */
  readonly turn: number;
  /** What the function answers to it, one result each. */
  readonly results: number;
}

interface Place {
  readonly rule: Rule;
  readonly uri: string;
  readonly probe: Probe | undefined;
}

/** Each bucket and prefix of a rule, with an upload that the rule takes there. */
function placesOf(rule: Rule, index: RuleIndex, name: string): Place[] {
  const { buckets, prefixes } = rule.when;
  const places = buckets.flatMap((bucket) => prefixes.map((prefix) => ({ bucket, prefix })));
  return places.map(({ bucket, prefix }, turn) => {
    const uploads = endsOf(rule).map((end) => uploadFor(rule, bucket, `${prefix}${name}${end}`));
    const upload = uploads.find((one) => takes(rule, one, index));
    const probe = upload && { rule, upload, prefix, turn, results: rule.outputs.length };
    return { rule, uri: objectUri(bucket, `${prefix}*`), probe };
  });
}

/** What is not known of the function’s role, by name as far as a person reads. */
function untried(places: readonly Place[], left: readonly Probe[]): Line[] {
  const keyless = places.filter(({ probe }) => probe === undefined);
  return [
    ...unseenPlaces(keyless, 'no key was found there that the rule takes'),
    ...unseenPlaces(
      places.filter(({ probe }) => probe !== undefined && left.includes(probe)),
      `at most ${mostProbes} places are tried; --config FILE.json can hold fewer rules`,
    ),
  ];
}

function unseenPlaces(places: readonly Place[], why: string): Line[] {
  if (places.length === 0) return [];
  const named = places.slice(0, 3).map(({ rule, uri }) => `${uri} (rule ${rule.name})`);
  const more = places.length > named.length ? ` and ${places.length - named.length} more` : '';
  return [unseen('access', `what the function’s role may do in ${named.join(', ')}${more}: ${why}`)];
}

/** `allowed`: one that the function would have processed. */
async function probeAccess(
  probing: Probing,
  probes: readonly Probe[],
  index: RuleIndex,
): Promise<{ lines: readonly Line[]; allowed?: Probe | undefined }> {
  const { seen, failed } = await runProbes(probing, probes);
  const lines = probes.flatMap((probe) => {
    const own = seen.get(probe);
    return own === undefined ? [] : [accessLine(probe, own)];
  });
  if (failed !== undefined) lines.push(failed);
  const { journal } = probing.config;
  if (journal === 'throw') return { lines };
  const left = [...seen].flatMap(([{ upload, rule }, { results, omitted }]) =>
    jobsOf(upload, rule, index).jobs.flatMap(({ target, style }): Failed[] => {
      const uri = objectUri(target.bucket, target.key);
      // What was left out of the summary has most likely failed as the others did.
      const error = (results.find((result) => result.target === uri) ?? (omitted ? failure(results) : undefined))
        ?.error;
      const source = { bucket: upload.bucket, key: upload.key };
      return error === undefined ? [] : [{ status: 'failed', source, rule: rule.name, style, target, error }];
    }),
  );
  const allowed = failed === undefined ? probes.find((probe) => isAllowed(seen.get(probe))) : undefined;
  return { lines: [...lines, ...(await clean(probing, journal, left)).lines], allowed };
}

function failure(results: readonly Result[]): Result | undefined {
  return results.find(({ error }) => error !== undefined);
}

function isAllowed(seen: Seen | undefined): boolean {
  if (seen === undefined || failure(seen.results) !== undefined) return false;
  return seen.results.some(({ reason }) => reason === 'source-gone');
}

function accessLine({ rule, upload, prefix }: Probe, seen: Seen): Line {
  const place = objectUri(upload.bucket, `${prefix}*`);
  const failed = failure(seen.results)?.error;
  if (failed !== undefined) {
    const message = `rule ${rule.name} fails below ${place}: ${failed.message}`;
    if (failed.kind === 'transient') return warning('access', message, 'npm run doctor again');
    return problem('access', message, mend(failed.code, upload.bucket, prefix));
  }
  if (isAllowed(seen)) {
    return ok('access', `the function’s role may process ${place} (rule ${rule.name})`);
  }
  const [first] = seen.results;
  if (first === undefined && seen.omitted) {
    return unseen('access', `what the function’s role may do in ${place} (rule ${rule.name}): its answer left it out`);
  }
  const message = `the deployed function does not take ${place} as rule ${rule.name} does: ${first?.reason ?? 'no result'}`;
  return problem('access', message, 'its rules are others than these: npm run deploy, or --config');
}

function mend(code: string, bucket: string, prefix: string): string {
  if (code !== 'AccessDenied') return 'npm run invoke -- FILE --remote --log shows more';
  const resource = `acs:oss:*:*:${bucket}/${prefix}*`;
  return `grant the function’s role oss:PostProcessTask and oss:GetObject on ${resource}: npm run policy prints it all`;
}

async function probeJournal(probing: Probing, probe: Probe, index: RuleIndex, journal: Journal): Promise<Line[]> {
  const { rule, upload, prefix } = probe;
  // A dot segment: the function refuses the key before it asks OSS for anything, and writes that down.
  const key = `${prefix}oss-autostyle-doctor-${probing.id}/../${upload.key.slice(prefix.length)}`;
  const refused = uploadFor(rule, upload.bucket, key);
  if (!takes(rule, refused, index)) return [];
  const place = objectUri(journal.bucket, `${journal.prefix}*`);
  const { failed } = await runProbes(probing, [{ ...probe, upload: refused }]);
  if (failed !== undefined) {
    const message = `the function cannot write to its journal ${place}: ${failed.message}`;
    const resource = `acs:oss:*:*:${journal.bucket}/${journal.prefix}*`;
    return [
      problem('journal', message, `grant its role oss:PutObject, oss:GetObject and oss:DeleteObject on ${resource}`),
    ];
  }
  const { found, lines } = await clean(probing, journal, jobsOf(refused, rule, index).failures);
  const line = found
    ? ok('journal', `the function’s role may write to ${place}`)
    : warning('journal', `the probe’s record was not found in ${place}`, 'is the deployed function of this version?');
  return [line, ...lines];
}

/** Deletes the records that these failures have left; `found`: all were there. */
async function clean(
  { oss, now }: Probing,
  journal: Journal,
  failures: readonly Failed[],
): Promise<{ found: boolean; lines: Line[] }> {
  let found = true;
  const left: string[] = [];
  for (const failed of failures) {
    const { key } = journalEntry({ failed, attempts: 1, since: now }, journal, now);
    const place = { bucket: journal.bucket, key };
    try {
      if ((await oss.headObject(place)) === undefined) found = false;
      else await oss.deleteObject(place);
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      left.push(objectUri(place.bucket, place.key));
    }
  }
  if (left.length === 0) return { found, lines: [] };
  const message = `${left.length} journal record${left.length === 1 ? '' : 's'} of the probe could not be deleted: ${left.slice(0, 3).join(', ')}`;
  return { found, lines: [warning('journal', message, 'delete them, or npm run replay')] };
}
