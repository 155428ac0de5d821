// Runs the function's own code on an OSS that only records the requests: what would be sent for an upload, request by
// request, and what would become of it. Nothing leaves the machine.
import type { Oss } from '../../oss/client.js';
import { addressOf, checkKey, type Endpoint, wireQuery } from '../../oss/endpoint.js';
import type { ObjectName } from '../../oss/object-name.js';
import { processBody } from '../../oss/process.js';
import { derive } from '../../pipeline/derive.js';
import type { Upload } from '../../pipeline/event.js';
import type { RuleIndex } from '../../pipeline/match.js';
import type { Outcome } from '../../pipeline/outcome.js';

/** A request as it stands on the wire, without its signature. */
export interface DryRequest {
  readonly method: 'POST' | 'HEAD' | 'DELETE';
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: string | undefined;
  /** What it makes or deletes; not for HEAD. */
  readonly target?: ObjectName | undefined;
}

export interface DryRun {
  readonly outcomes: readonly Outcome[];
  readonly requests: readonly DryRequest[];
}

/** The source as HeadObject would find it; undefined: deleted. */
export type DrySource = { readonly etag: string; readonly time: number; readonly size: number } | undefined;

/** Runs one upload through matching, jobs, calls and settling. */
export async function dryRun(upload: Upload, index: RuleIndex, endpoint: Endpoint, source: DrySource): Promise<DryRun> {
  const requests: DryRequest[] = [];
  const note = (method: DryRequest['method'], { bucket, key }: ObjectName, body?: string, target?: ObjectName) => {
    const query = method === 'POST' ? wireQuery([['x-oss-process', '']]) : '';
    const { origin, path } = addressOf(endpoint, bucket, key);
    requests.push({ method, origin, path: path + query, body, target });
  };
  const oss: Pick<Oss, 'processObject' | 'getObject' | 'headObject' | 'deleteObject'> = {
    async processObject({ bucket, key, style, target }) {
      checkKey(key);
      note('POST', { bucket, key }, processBody({ style, target }), target);
      const done = { bucket: target.bucket, object: target.key, status: 'OK', httpStatus: 200 } as const;
      return { ...done, requestId: undefined, attempts: 1, confirmed: true };
    },
    // Read to mend a refusal, and nothing is refused here.
    getObject: () => Promise.reject(new TypeError('a dry run reads no object')),
    async headObject(name) {
      note('HEAD', name);
      if (source === undefined) return undefined;
      return { etag: source.etag, lastModified: Math.floor(source.time / 1000) * 1000, size: source.size };
    },
    async deleteObject(target) {
      note('DELETE', target, undefined, target);
      return { confirmed: true };
    },
  };
  const { outcomes } = await derive({ upload }, { index, oss, now: () => 0, deadline: Number.POSITIVE_INFINITY });
  return { outcomes, requests };
}
