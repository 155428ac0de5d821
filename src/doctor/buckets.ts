// The buckets that the rules name, and the styles that the source buckets must have.
import { OssError } from '../oss/error.js';
import type { Buckets } from '../remote/buckets.js';
import type { Config } from '../rules/rule.js';
import { type Line, ok, problem, warning } from './diagnosis.js';

/** @param region of the function */
export async function bucketLines(config: Config, buckets: Buckets, region: string): Promise<Line[]> {
  const roles = rolesOf(config);
  const found = await Promise.all([...roles].map(async ([bucket, role]) => bucketLine(bucket, role, buckets, region)));
  const there = new Set(found.filter(({ line }) => line.status === 'ok').map(({ bucket }) => bucket));
  const styles = await Promise.all(stylesOf(config).map((use) => styleLines(use, buckets, there)));
  return [...found.map(({ line }) => line), ...styles.flat()];
}

/** What each bucket is for, in words. */
function rolesOf({ rules, journal }: Config): Map<string, string> {
  const roles = new Map<string, Set<string>>();
  const add = (bucket: string, role: string): void => {
    roles.set(bucket, (roles.get(bucket) ?? new Set()).add(role));
  };
  for (const { when, outputs } of rules) {
    for (const source of when.buckets) {
      add(source, 'source');
      for (const { bucket = source } of outputs) add(bucket, 'target');
    }
  }
  if (journal !== 'throw') add(journal.bucket, 'journal');
  return new Map([...roles].map(([bucket, names]) => [bucket, [...names].join(' and ')]));
}

async function bucketLine(
  bucket: string,
  role: string,
  buckets: Buckets,
  region: string,
): Promise<{ bucket: string; line: Line }> {
  const line = await attempt(`oss://${bucket} (${role})`, 'oss:GetBucketInfo', async () => {
    const found = await buckets.region(bucket);
    if (found === undefined) {
      const fix = `create it in ${region}, or name another in src/config.ts and .env`;
      return problem('bucket', `there is no bucket ${bucket} (${role})`, fix);
    }
    if (found === region) return ok('bucket', `oss://${bucket} (${role})`);
    const message = `${bucket} (${role}) is in ${found}, the function in ${region}: OSS processes within one region only`;
    return problem('bucket', message, `use a bucket in ${region}, or deploy the function to ${found}`);
  });
  return { bucket, line };
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

async function styleLines(
  { bucket, name, rule }: StyleUse,
  buckets: Buckets,
  there: ReadonlySet<string>,
): Promise<Line[]> {
  // Without its bucket there is no more to say.
  if (!there.has(bucket)) return [];
  const line = await attempt(`the style ${name} of oss://${bucket}`, 'oss:GetStyle', async () => {
    if (await buckets.hasStyle(bucket, name)) return ok('style', `${name} of oss://${bucket}`);
    const message = `oss://${bucket} has no style ${name}, which rule ${rule} uses`;
    return problem('style', message, 'make it in the console (Data Processing > Image Processing), or mend its name');
  });
  return [line];
}

async function attempt(what: string, action: string, look: () => Promise<Line>): Promise<Line> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    const message = `${what} could not be looked at: ${error.message}`;
    const fix = error.code === 'AccessDenied' ? `grant ${action} to who runs this` : 'see --endpoint and --region';
    return warning(what.includes('style') ? 'style' : 'bucket', message, fix);
  }
}
