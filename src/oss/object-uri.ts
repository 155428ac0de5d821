// How an object is written for people: `oss://bucket/key`.

/** `oss://bucket/key`, never percent-encoded, as all our output and commands write it. */
export function objectUri(bucket: string, key: string): string {
  return `oss://${bucket}/${key}`;
}
