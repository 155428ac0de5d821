// Deletes the derivatives that are saved under the key of one version of a source and may be of another. Called by
// act.ts.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { type ObjectName, sameObject } from '../oss/object-name.js';
import { namesVersion } from '../rules/template.js';
import { tellsSource } from '../rules/unique-target.js';
import type { Upload } from './event.js';
import { jobsOf, without } from './jobs.js';
import { match, type RuleIndex } from './match.js';
import { failedJob, type JobResult, remove } from './save.js';
import type { PresentSource } from './settle.js';

/**
 * Deletes the derivatives whose keys name a former version, by its ETag or its date, and that OSS may have made of the
 * present one: it reads the source when it processes, whatever was asked for. What was written before the present
 * version was stored is not of it, and stays.
 */
export async function removeMisnamed(
  former: readonly Upload[],
  { version }: PresentSource,
  kept: readonly ObjectName[],
  index: RuleIndex,
  oss: Pick<Oss, 'headObject' | 'deleteObject'>,
): Promise<readonly JobResult[]> {
  const jobs = former.flatMap((upload) => {
    const found = match(index, upload);
    if (!('rule' in found)) return [];
    const { rule } = found;
    const outputs = rule.outputs.filter((output) => {
      return namesVersion(output.key) && tellsSource(output, rule, upload.bucket, index.rules);
    });
    return jobsOf(upload, { ...rule, outputs }, index).jobs;
  });
  const suspects = without(jobs, kept).filter(
    (job, at, all) => all.findIndex(({ target }) => sameObject(target, job.target)) === at,
  );
  const results = suspects.map(async (job): Promise<readonly JobResult[]> => {
    try {
      const head = await oss.headObject(job.target);
      const mayBeWrong = head !== undefined && head.lastModified >= version.modified;
      return mayBeWrong ? [aboutFormer(await remove(job, oss), job.upload)] : [];
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      return [aboutFormer(failedJob(job, error), job.upload)];
    }
  });
  return (await Promise.all(results)).flat();
}

/** A failure is about the version that the key names: only an upload of that one leads to this key again. */
function aboutFormer(result: JobResult, { etag = '', time = 0, size }: Upload): JobResult {
  const { outcome } = result;
  if (outcome.status !== 'failed') return result;
  return { ...result, outcome: { ...outcome, acted: { version: { etag, modified: time, from: 'head' }, size } } };
}
