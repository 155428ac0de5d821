// The buckets that the rules name, and the styles that the source buckets must have.
import type { BucketUses } from '../deploy/buckets.js';
import type { Buckets } from '../remote/buckets.js';
import type { Config } from '../rules/rule.js';
import { attempt, type Diagnosis, ok, problem } from './diagnosis.js';

/**
 * @param region of the function
 * @param config for the styles that its rules use
 */
export async function bucketDiagnoses(
  bucketUses: BucketUses,
  buckets: Buckets,
  region: string,
  config?: Config,
): Promise<Diagnosis[]> {
  const uses = [...bucketUses];
  const found = await Promise.all(
    uses.map(([bucket, use]) => bucketDiagnosis(bucket, [...use].join(' and '), buckets, region)),
  );
  const good = new Set(uses.filter((_, at) => found[at]?.status === 'ok').map(([bucket]) => bucket));
  // Without its bucket there is no more to say of a style.
  const styles = (config ? stylesOf(config) : []).filter(({ bucket }) => good.has(bucket));
  return [...found, ...(await Promise.all(styles.map((style) => styleDiagnosis(style, buckets))))];
}

async function bucketDiagnosis(bucket: string, role: string, buckets: Buckets, region: string): Promise<Diagnosis> {
  const what = `oss://${bucket} (${role})`;
  const found = await attempt('bucket', () => buckets.region(bucket), what, 'oss:GetBucketInfo');
  if ('failed' in found) return found.failed;
  if (found.value === region) return ok('bucket', what);
  if (found.value === undefined) {
    const fix = `create it in ${region}, or name another in src/config.ts and .env`;
    return problem('bucket', `there is no bucket ${bucket} (${role})`, fix);
  }
  const message = `${bucket} (${role}) is in ${found.value}, the function in ${region}: OSS processes within one region only`;
  return problem('bucket', message, `use a bucket in ${region}, or deploy the function to ${found.value}`);
}

interface StyleUse {
  readonly bucket: string;
  readonly name: string;
  readonly rule: string;
}

function stylesOf({ rules }: Config): StyleUse[] {
  const uses = new Map<string, StyleUse>();
  for (const { name: rule, when, outputs } of rules) {
    for (const { style } of outputs) {
      if (!style.startsWith('style/')) continue;
      const name = style.slice('style/'.length);
      for (const bucket of when.buckets) uses.set(`${bucket}/${name}`, { bucket, name, rule });
    }
  }
  return [...uses.values()];
}

async function styleDiagnosis({ bucket, name, rule }: StyleUse, buckets: Buckets): Promise<Diagnosis> {
  const what = `the style ${name} of oss://${bucket}`;
  const found = await attempt('style', () => buckets.hasStyle(bucket, name), what, 'oss:GetStyle');
  if ('failed' in found) return found.failed;
  if (found.value) return ok('style', `${name} of oss://${bucket}`);
  const message = `oss://${bucket} has no style ${name}, which rule ${rule} uses`;
  return problem('style', message, 'make it in the console (Data Processing > Image Processing), or correct its name');
}
