// What the function's own role may do, found out by events that change nothing: uploads of objects that do not exist. OSS
// says NoSuchKey to who may process there, and AccessDenied to who may not. A key that the function refuses by itself shows
// whether it can write to its journal. What the probes leave in the journal is deleted again.
import { endsOf, takes, uploadFor } from '../../check/sample.js';
import { objectUri, type Upload } from '../../event.js';
import { jobsOf } from '../../jobs.js';
import { type JournalPlace, journalEntry } from '../../journal.js';
import { indexRules, type RuleIndex } from '../../match.js';
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import type { Failed, Failure } from '../../outcome.js';
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute } from '../../remote/function-compute.js';
import type { Config, Rule } from '../../rules/load.js';
import { refusalText } from '../function-account.js';
import { failureOf } from '../invoke/engine.js';
import { type Line, ok, problem, warning } from './line.js';

export interface Probing {
  readonly fc: Pick<FunctionCompute, 'invoke'>;
  readonly functionName: string;
  readonly config: Config;
  /** To delete what the probes leave in the journal. */
  readonly oss: Pick<Oss, 'deleteObject' | 'headObject'>;
  /** In the keys, so that no such object exists. */
  readonly id: string;
  /** Epoch ms. */
  readonly now: number;
}

const mostProbes = 50;
const timeout = 120_000;

export async function probeLines(probing: Probing): Promise<readonly Line[]> {
  const index = indexRules(probing.config.rules);
  const uploads = probing.config.rules.flatMap((rule) => probesOf(rule, index, `oss-autostyle-doctor-${probing.id}`));
  if (uploads.length === 0) return [warning('probe', 'no key was found that a rule takes', 'npm run check')];
  const { lines, allowed } = await probeAccess(probing, uploads.slice(0, mostProbes), index);
  const { journal } = probing.config;
  // A function that has told a refusal, instead of throwing, has written it down.
  if (journal === 'throw' || allowed === undefined) return lines;
  return [...lines, ...(await probeJournal(probing, allowed, index, journal))];
}

interface Probe {
  readonly rule: Rule;
  readonly upload: Upload;
  readonly prefix: string;
}

/** One for each bucket and prefix of a rule. */
function probesOf(rule: Rule, index: RuleIndex, name: string): Probe[] {
  const { buckets, prefixes } = rule.when;
  return buckets.flatMap((bucket) =>
    prefixes.flatMap((prefix): Probe[] => {
      const uploads = endsOf(rule).map((end) => uploadFor(rule, bucket, `${prefix}${name}${end}`));
      const upload = uploads.find((one) => takes(rule, one, index));
      return upload === undefined ? [] : [{ rule, upload, prefix }];
    }),
  );
}

/** `allowed`: one that the function would have processed. */
async function probeAccess(
  probing: Probing,
  probes: readonly Probe[],
  index: RuleIndex,
): Promise<{ lines: readonly Line[]; allowed?: Probe | undefined }> {
  const results = await run(probing, probes);
  if ('status' in results) return { lines: [results] };
  const lines = probes.map((probe) => accessLine(probe, results));
  const allowed = probes.find((_, at) => lines[at]?.status === 'ok');
  const { journal } = probing.config;
  if (journal === 'throw') return { lines };
  const left = probes.flatMap(({ upload, rule }) =>
    jobsOf(upload, rule, index).jobs.flatMap(({ target, style }): Failed[] => {
      const uri = objectUri(target.bucket, target.key);
      const error = results.find((result) => result.target === uri)?.error;
      const source = { bucket: upload.bucket, key: upload.key };
      return error === undefined ? [] : [{ status: 'failed', source, rule: rule.name, style, target, error }];
    }),
  );
  return { lines: [...lines, ...(await clean(probing, journal, left)).lines], allowed };
}

function accessLine({ rule, upload, prefix }: Probe, results: readonly Result[]): Line {
  const place = objectUri(upload.bucket, `${prefix}*`);
  const own = results.filter(({ source }) => source === objectUri(upload.bucket, upload.key));
  const failed = own.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) {
    const message = `rule ${rule.name} fails below ${place}: ${failed.message}`;
    if (failed.kind === 'transient') return warning('access', message, 'npm run doctor again');
    return problem('access', message, mend(failed.code, upload.bucket, prefix));
  }
  if (own.some(({ reason }) => reason === 'source-gone')) {
    return ok('access', `the function’s role may process ${place} (rule ${rule.name})`);
  }
  const message = `the deployed function does not take ${place} as rule ${rule.name} does: ${own[0]?.reason ?? 'no result'}`;
  return problem('access', message, 'its rules are others than these: npm run deploy, or --config');
}

function mend(code: string, bucket: string, prefix: string): string {
  if (code !== 'AccessDenied') return 'npm run invoke -- FILE --remote --log shows more';
  const resource = `acs:oss:*:*:${bucket}/${prefix}*`;
  return `grant the function’s role oss:PostProcessTask and oss:GetObject on ${resource}: npm run policy prints it all`;
}

async function probeJournal(
  probing: Probing,
  { rule, upload, prefix }: Probe,
  index: RuleIndex,
  journal: JournalPlace,
): Promise<Line[]> {
  // A dot segment: the function refuses the key before it asks OSS for anything, and writes that down.
  const key = `${prefix}oss-autostyle-doctor-${probing.id}/../${upload.key.slice(prefix.length)}`;
  const refused = uploadFor(rule, upload.bucket, key);
  if (!takes(rule, refused, index)) return [];
  const place = objectUri(journal.bucket, `${journal.prefix}*`);
  const results = await run(probing, [{ rule, upload: refused, prefix }]);
  if ('status' in results) {
    const message = `the function cannot write to its journal ${place}: ${results.message}`;
    const resource = `acs:oss:*:*:${journal.bucket}/${journal.prefix}*`;
    return [
      problem('journal', message, `grant its role oss:PutObject, oss:GetObject and oss:DeleteObject on ${resource}`),
    ];
  }
  const { found, lines } = await clean(probing, journal, jobsOf(refused, rule, index).refusals);
  const line = found
    ? ok('journal', `the function’s role may write to ${place}`)
    : warning('journal', `the probe’s record was not found in ${place}`, 'is the deployed function of this version?');
  return [line, ...lines];
}

/** A result of the function’s summary, as far as it is looked at. */
interface Result {
  readonly source?: string;
  readonly target?: string;
  readonly reason?: string;
  readonly error?: Failure;
}

/** The results; or, where the function gave none, the line that says so. */
async function run({ fc, functionName, now }: Probing, probes: readonly Probe[]): Promise<readonly Result[] | Line> {
  const eventTime = new Date(now).toISOString();
  const events = probes.map(({ upload }) => ({ ...upload.record, eventTime }));
  try {
    const { errorType, result } = await fc.invoke(functionName, Buffer.from(JSON.stringify({ events })), { timeout });
    const text = result.toString('utf8');
    if (errorType !== undefined) {
      const { name = errorType, message } = failureOf(errorType, text);
      return problem('probe', `the function fails: ${name}: ${message}`, adviceFor(name));
    }
    const { results } = JSON.parse(text) as { results?: unknown };
    if (Array.isArray(results)) return results as Result[];
    throw new SyntaxError('no results');
  } catch (error) {
    if (error instanceof FunctionComputeError)
      return problem('probe', refusalText(error), 'npm run invoke -- FILE --remote');
    if (!(error instanceof SyntaxError)) throw error;
    return problem(
      'probe',
      'the function answers with something else than its summary',
      'is it another function? see --function',
    );
  }
}

function adviceFor(name: string): string {
  if (name === 'CredentialsError') return 'set role in s.yaml, and deploy';
  if (name === 'ConfigError') return 'mend the configuration: npm run check, then npm run deploy or npm run publish';
  if (name === 'RetryLater') return 'grant its role what npm run policy prints; it may not even write to its journal';
  return 'npm run invoke -- FILE --remote --log shows more';
}

/** Deletes the records that these failures have left; `found`: all were there. */
async function clean(
  { oss, now }: Probing,
  journal: JournalPlace,
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
  const message = `${left.length} journal records of the probe could not be deleted: ${left.slice(0, 3).join(', ')}`;
  return { found, lines: [warning('journal', message, 'delete them, or npm run replay')] };
}
