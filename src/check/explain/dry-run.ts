// The function's own stages on an OSS that only writes down what it is asked: what would be sent for an upload, request by
// request, and what would become of it. Nothing leaves the machine.

import type { Oss } from '../../oss/client.js';
import { bucketOrigin, checkKey, type Endpoint, wirePath, wireQuery } from '../../oss/endpoint.js';
import type { ObjectName } from '../../oss/object-name.js';
import { processBody } from '../../oss/process.js';
import { derive } from '../../pipeline/derive.js';
import type { Upload } from '../../pipeline/event.js';
import type { RuleIndex } from '../../pipeline/match.js';
import type { Outcome } from '../../pipeline/outcome.js';

/** A request as it stands on the wire, without its signature. */
export interface Request {
  readonly method: 'POST' | 'HEAD' | 'DELETE';
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: string;
  /** What it makes or deletes; not for HEAD. */
  readonly target?: ObjectName;
}

export interface DryRun {
  readonly outcomes: readonly Outcome[];
  readonly requests: readonly Request[];
}

/** The source as a look would find it; undefined: deleted. */
export type Seen = { readonly etag: string; readonly time: number; readonly size: number } | undefined;

/** Runs one upload through matching, jobs, calls and settling. */
export async function dryRun(upload: Upload, index: RuleIndex, endpoint: Endpoint, seen: Seen): Promise<DryRun> {
  const requests: Request[] = [];
  const ask = (
    method: Request['method'],
    { bucket, key }: ObjectName,
    query: readonly (readonly [string, string])[] = [],
  ) => ({
    method,
    origin: bucketOrigin(endpoint, bucket),
    path: wirePath(endpoint, bucket, key) + wireQuery(query),
  });
  const oss: Pick<Oss, 'processObject' | 'headObject' | 'deleteObject'> = {
    async processObject({ bucket, key, style, target }) {
      checkKey(key);
      const body = processBody({ style, target });
      requests.push({ ...ask('POST', { bucket, key }, [['x-oss-process', '']]), body, target });
      const done = { bucket: target.bucket, object: target.key, status: 'OK', httpStatus: 200 } as const;
      return { ...done, requestId: undefined, attempts: 1, confirmed: true };
    },
    async headObject(place) {
      requests.push(ask('HEAD', place));
      if (seen === undefined) return undefined;
      return { etag: seen.etag, lastModified: Math.floor(seen.time / 1000) * 1000, size: seen.size };
    },
    async deleteObject(target) {
      requests.push({ ...ask('DELETE', target), target });
      return { confirmed: true };
    },
  };
  const { outcomes } = await derive({ upload }, { index, oss, now: () => 0, deadline: Number.POSITIVE_INFINITY });
  return { outcomes, requests };
}
