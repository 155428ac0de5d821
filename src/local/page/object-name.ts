// The names of objects, as pages, results and addresses have them.

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** The object of `oss://bucket/key`; undefined for any other text. */
export function nameOf(uri: string): ObjectName | undefined {
  const [, bucket, key] = /^oss:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

export function uriOf({ bucket, key }: ObjectName): string {
  return `oss://${bucket}/${key}`;
}

export function isSameObject(one: ObjectName, other: ObjectName | undefined): boolean {
  return one.bucket === other?.bucket && one.key === other.key;
}

/** Whether a browser can ask for an object of this key: it takes a segment that is `.` or `..` out of an address. */
export function isSendable(key: string): boolean {
  return !key.split('/').some((segment) => segment === '.' || segment === '..');
}
