// Deletes the derivatives of a source that must not stay beside those of its present state. Called by act.ts, where the
// rules are such that there may be some.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { type ObjectName, sameObject } from '../oss/object-name.js';
import { namesVersion } from '../rules/template.js';
import { tellsSource } from '../rules/unique-target.js';
import type { Upload } from './event.js';
import { jobsOf, type PlannedJobs, removalJobs, without } from './jobs.js';
import { match, type RuleIndex } from './match.js';
import { failedJob, type JobResult, remove } from './save.js';
import type { PresentSource } from './settle.js';

/** Deletes what another rule made when the source had another size, and what is misnamed; what is planned stays. */
export async function removeStale(
  { upload, source }: { readonly upload: Upload; readonly source: PresentSource },
  { jobs, failures }: PlannedJobs,
  former: readonly Upload[],
  index: RuleIndex,
  oss: Pick<Oss, 'headObject' | 'deleteObject'>,
): Promise<readonly JobResult[]> {
  const kept = [...jobs, ...failures].flatMap(({ target }) => target ?? []);
  const ofOtherSize = await Promise.all(removalJobs(upload, index, kept).map((job) => remove(job, oss)));
  return [...ofOtherSize, ...(await removeMisnamed(former, source, kept, index, oss))];
}

/**
 * Deletes the derivatives whose keys name a former version, by its ETag or its date, and that OSS may have made of the
 * present one: it reads the source when it processes, whatever was asked for. What was written before the present
 * version was stored is not of it, and stays.
 */
async function removeMisnamed(
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
