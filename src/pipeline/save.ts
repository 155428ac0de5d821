// Job → outcome. Asks OSS to make and save one derivative, or deletes it. Never throws for what OSS or the network did:
// retries are the client's (oss/retry.ts), and an error is sorted by oss/error.ts. Before: jobs.ts. After: settle.ts.
// After a refusal: turning.ts.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { type Variable, variableOf } from '../rules/template.js';
import type { Job } from './jobs.js';
import type { Failure, Outcome } from './outcome.js';
import type { Ask, AskAgain, Processed } from './turning.js';

/** An outcome, and whether OSS answered every request for it: a request without an answer may still write, later. */
export interface JobResult<O extends Outcome = Outcome> {
  readonly outcome: O;
  readonly confirmed: boolean;
  /** OSS refused the source's bytes: the same request for the same bytes writes nothing either. */
  readonly refused?: boolean;
}

/** Makes one derivative. `now` in milliseconds. Programming errors are thrown. */
export async function save(
  job: Job,
  oss: Pick<Oss, 'processObject' | 'relayObject'>,
  now: () => number,
  askAgain: AskAgain,
): Promise<JobResult> {
  const { upload, style, target } = job;
  const started = now();
  const request = { bucket: upload.bucket, key: upload.key, style, target };
  const ask = askerOf(job, oss);
  try {
    const done: Processed = await ask(request).catch((refusal) => askAgain(request, refusal, ask));
    return savedJob(job, done, now() - started);
  } catch (error) {
    if (error instanceof OssError) return unsavedJob(job, error);
    throw error;
  }
}

/** How OSS is asked for the derivative. */
function askerOf({ upload, rule, relay }: Job, oss: Pick<Oss, 'processObject' | 'relayObject'>): Ask {
  if (relay === undefined) return oss.processObject;
  const value = (variable: Variable) => variableOf(variable, upload, rule);
  return (request) => oss.relayObject({ ...request, relay, value, etag: upload.etag });
}

function savedJob({ upload, rule, style, target, relay }: Job, done: Processed, ms: number): JobResult {
  const outcome: Outcome = {
    status: 'saved',
    source: { bucket: upload.bucket, key: upload.key },
    rule,
    style,
    usedStyle: done.usedStyle,
    relayed: relay && true,
    target,
    bytes: done.bytes,
    ms: Math.round(ms),
    requestId: done.requestId,
    httpStatus: done.httpStatus,
    processStatus: done.status,
    unverified: done.unverified,
  };
  return { outcome, confirmed: done.confirmed };
}

function unsavedJob(job: Job, error: OssError): JobResult {
  const { upload, rule, target } = job;
  if (error.kind !== 'gone') return { ...failedJob(job, error), refused: refusesBytes(error, job.style) };
  const source = { bucket: upload.bucket, key: upload.key };
  return { outcome: { status: 'skipped', source, reason: 'source-gone', rule, target }, confirmed: error.confirmed };
}

const badBytesCodes = new Set(['ImageDamage', 'ImageTooLarge', 'BadRequest']);

/**
 * Whether OSS itself refused the source's bytes, with a style that uses no named style and no watermark image, so that
 * a repeat gives the same answer. In a relay, it is the GET that is refused: a refused PUT has another code.
 */
function refusesBytes({ code, requestId }: OssError, style: string): boolean {
  return badBytesCodes.has(code) && requestId !== undefined && style.startsWith('image/') && !style.includes(',image_');
}

/** Deletes the derivative that a job would make. */
export async function remove(job: Job, oss: Pick<Oss, 'deleteObject'>): Promise<JobResult> {
  const { upload, rule, target } = job;
  const source = { bucket: upload.bucket, key: upload.key };
  try {
    const { confirmed } = await oss.deleteObject(target);
    return { outcome: { status: 'removed', source, rule, target }, confirmed };
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return failedJob(job, error);
  }
}

/** The result of a job for which OSS gave an error. */
export function failedJob({ upload, rule, style, target }: Job, error: OssError): JobResult {
  const source = { bucket: upload.bucket, key: upload.key };
  const outcome: Outcome = { status: 'failed', source, rule, style, target, error: failureOf(error) };
  return { outcome, confirmed: error.confirmed };
}

/** The failure that an error of OSS, or of the network, stands for. `gone` becomes `permanent`. */
export function failureOf(error: OssError): Failure {
  return {
    kind: error.kind === 'gone' ? 'permanent' : error.kind,
    code: error.code,
    message: error.message,
    status: error.status,
    requestId: error.requestId,
    ec: error.ec,
  };
}
