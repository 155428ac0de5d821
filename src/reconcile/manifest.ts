// The manifest of an OSS inventory: which files it has, and which columns.
// https://help.aliyun.com/en/oss/user-guide/bucket-inventory
import { isObject } from '../pipeline/message-envelope.js';
import { parseJson } from '../rules/json.js';
import { isKey } from '../rules/oss-limits.js';
import { bucketProblem } from '../rules/values.js';
import { UserError } from '../terminal/user-error.js';

export interface Manifest {
  /** The bucket whose objects are listed. */
  readonly bucket: string;
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  /** Names of columns, in order. */
  readonly schema: readonly string[];
  /** Keys in the manifest's own bucket. */
  readonly files: readonly string[];
}

/** Ten thousand million objects take about as many. */
const maxFiles = 100_000;
const maxColumns = 100;

/** @throws {UserError} saying what was expected where */
export function readManifest(text: string, uri: string): Manifest {
  const refuse = (what: string): UserError => new UserError(`${uri}: expected ${what}`);
  let content: unknown;
  try {
    content = parseJson(text);
  } catch (cause) {
    throw new UserError(`${uri}: it is no JSON`, 1, { cause });
  }
  if (!isObject(content)) throw refuse('an object, as OSS writes it into manifest.json');
  const { sourceBucket, fileFormat, fileSchema, files, creationTimestamp } = content;
  if (typeof sourceBucket !== 'string' || bucketProblem(sourceBucket) !== undefined) {
    throw refuse('the name of a bucket as "sourceBucket"');
  }
  if (fileFormat !== 'CSV') throw refuse('"fileFormat" to be "CSV"');
  const schema = typeof fileSchema === 'string' ? fileSchema.split(',').map((name) => name.trim()) : [];
  if (schema.length === 0 || schema.length > maxColumns) throw refuse('names of columns as "fileSchema"');
  if (!Array.isArray(files) || files.length > maxFiles) throw refuse(`a list of at most ${maxFiles} "files"`);
  const keys = files.map((file: unknown, at) => {
    const key = isObject(file) ? file['key'] : undefined;
    if (typeof key === 'string' && isKey(key)) return key;
    throw refuse(`the key of an object as "files[${at}].key"`);
  });
  return { bucket: sourceBucket, createdAt: timeOf(creationTimestamp), schema, files: keys };
}

/** OSS writes seconds, as text. */
function timeOf(value: unknown): number | undefined {
  const seconds =
    typeof value === 'number' || (typeof value === 'string' && /^\d{1,11}$/.test(value)) ? Number(value) : 0;
  return seconds > 0 && seconds <= 8.64e12 && Number.isInteger(seconds) ? seconds * 1_000 : undefined;
}
