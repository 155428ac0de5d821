// Stage 4: job → outcome. Asks OSS to make one derivative, or to delete it, and sorts the answer; never throws for what
// OSS or the network did.

import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Job } from './jobs.js';
import type { Failure, Outcome } from './outcome.js';

/** An outcome, and whether OSS answered every request for it: one without an answer may still write, later. */
export interface JobResult<O extends Outcome = Outcome> {
  readonly outcome: O;
  readonly confirmed: boolean;
  /** OSS refused these very bytes: asked again of them, it writes nothing either. */
  readonly refused?: true;
}

/** Makes one derivative. `now` in milliseconds. Programming errors are thrown. */
export async function save(job: Job, oss: Pick<Oss, 'processObject'>, now: () => number): Promise<JobResult> {
  const { upload, rule, style, target } = job;
  const source = { bucket: upload.bucket, key: upload.key };
  const started = now();
  try {
    const done = await oss.processObject({ ...source, style, target });
    const outcome: Outcome = {
      status: 'saved',
      source,
      rule,
      style,
      target,
      ...(done.bytes === undefined ? {} : { bytes: done.bytes }),
      ms: Math.round(now() - started),
      ...(done.requestId === undefined ? {} : { requestId: done.requestId }),
      httpStatus: done.httpStatus,
      processStatus: done.status,
      ...(done.unverified ? { unverified: true } : {}),
    };
    return { outcome, confirmed: done.confirmed };
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    const { confirmed } = error;
    if (error.kind === 'gone')
      return { outcome: { status: 'skipped', source, reason: 'source-gone', rule, target }, confirmed };
    const outcome: Outcome = { status: 'failed', source, rule, style, target, error: failureOf(error) };
    return { outcome, confirmed, ...(refusesBytes(error, style) ? { refused: true } : {}) };
  }
}

const ofTheBytes = new Set(['ImageDamage', 'ImageTooLarge', 'BadRequest']);

/** By OSS itself, for what the source is, under a style that names nothing which someone could change. */
function refusesBytes({ code, requestId }: OssError, style: string): boolean {
  return ofTheBytes.has(code) && requestId !== undefined && style.startsWith('image/') && !style.includes(',image_');
}

/** Deletes the derivative that a job would make. */
export async function remove(job: Job, oss: Pick<Oss, 'deleteObject'>): Promise<JobResult> {
  const { upload, rule, style, target } = job;
  const source = { bucket: upload.bucket, key: upload.key };
  try {
    const { confirmed } = await oss.deleteObject(target);
    return { outcome: { status: 'removed', source, rule, target }, confirmed };
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return {
      outcome: { status: 'failed', source, rule, style, target, error: failureOf(error) },
      confirmed: error.confirmed,
    };
  }
}

/** What a failure tells of an answer of OSS, or of its absence. `gone` counts as permanent where a source must be there. */
export function failureOf(error: OssError): Failure {
  return {
    kind: error.kind === 'gone' ? 'permanent' : error.kind,
    code: error.code,
    message: error.message,
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    ...(error.ec === undefined ? {} : { ec: error.ec }),
  };
}
