// What the versioning of a bucket makes of requests: the id of what is stored or marked, the version that a request
// names, and the headers that name it in the answer.
// https://www.alibabacloud.com/help/en/oss/user-guide/overview-78

import { randomBytes, randomInt } from 'node:crypto';
import { invalidArgument } from '../error.js';
import { parameter, type Query } from '../request/resolve.js';
import { type Bucket, nullVersion, type Version } from '../storage/storage.js';

/** The id of a version that is made now (ms). */
export function nextVersionId({ versioning }: Bucket, now: number): string {
  return versioning === 'Enabled' ? newVersionId(now) : nullVersion;
}

/**
 * An id as OSS makes them: base64, with `.` and `_` for `+` and `/`, of a protocol buffer that holds a number, the time
 * in ns and 32 hexadecimal digits.
 */
export function newVersionId(now: number): string {
  const time = varint(BigInt(now) * 1_000_000n + BigInt(randomInt(1_000_000)));
  const bytes = [8, 1, 16, randomInt(1, 128), 24, ...time, 34, 32, ...Buffer.from(randomBytes(16).toString('hex'))];
  return Buffer.from(bytes).toString('base64').replaceAll('+', '.').replaceAll('/', '_').replace(/=+$/, '');
}

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

/** The version that a request names in its query; undefined: the newest. @throws ServiceError InvalidArgument */
export function requestedVersion(query: Query): string | undefined {
  const id = parameter(query, 'versionId');
  if (id === '') throw invalidArgument('The versionId is empty.', { extra: { ArgumentName: 'versionId' } });
  return id;
}

/** The version of that id, by default the newest. `versions` are newest first. */
export function versionOf(versions: readonly Version[], versionId: string | undefined): Version | undefined {
  return versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
}

/** The headers that name a version, in a bucket that has versioning or had it. */
export function versionHeaders({ versioning }: Bucket, version: Version): Record<string, string> {
  if (versioning === undefined) return {};
  const marker = version.deleteMarker ? { 'x-oss-delete-marker': 'true' } : {};
  return { ...marker, 'x-oss-version-id': version.versionId };
}
