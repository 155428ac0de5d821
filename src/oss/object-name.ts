// The name of an object, and how it is written for people: `oss://bucket/key`.

/** An object: a source, a target, a journal record. `key` is literal, never percent-encoded. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** Whether both name one object. */
export function sameObject(one: ObjectName, other: ObjectName): boolean {
  return one.bucket === other.bucket && one.key === other.key;
}

/** `oss://bucket/key`, never percent-encoded, as results, logs and commands write it. */
export function objectUri(bucket: string, key: string): string {
  return `oss://${bucket}/${key}`;
}
