// Runs the function's own code on an OSS that only records the requests: what would be sent for an upload, request by
// request, and what would become of it. Nothing leaves the machine.
import { addressOf, checkKey, type Endpoint, wireQuery } from '../../oss/endpoint.js';
import type { ObjectName } from '../../oss/object-name.js';
import { checkProcess, processBody } from '../../oss/process.js';
import { derivativeHeaders } from '../../oss/relay/headers.js';
import type { SavedObject } from '../../oss/save-as.js';
import type { ActContext } from '../../pipeline/act.js';
import { derive } from '../../pipeline/derive.js';
import type { Upload } from '../../pipeline/event.js';
import type { RuleIndex } from '../../pipeline/match.js';
import type { Outcome } from '../../pipeline/outcome.js';

/** A request as it stands on the wire, without its signature. */
export interface DryRequest {
  readonly method: 'POST' | 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: string | undefined;
  /** Those that a user has asked for. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What it makes, helps to make, or deletes; not for HEAD. */
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
  const note = (
    method: DryRequest['method'],
    { bucket, key }: ObjectName,
    { process, ...more }: Pick<DryRequest, 'body' | 'headers' | 'target'> & { readonly process?: string } = {},
  ) => {
    const query = process === undefined ? '' : wireQuery([['x-oss-process', process]]);
    const { origin, path } = addressOf(endpoint, bucket, key);
    requests.push({ method, origin, path: path + query, ...more });
  };
  const oss: ActContext['oss'] = {
    async processObject({ bucket, key, style, target }) {
      checkKey(key);
      note('POST', { bucket, key }, { process: '', body: processBody({ style, target }), target });
      return saved(target);
    },
    async relayObject({ bucket, key, style, target, relay, value }) {
      checkKey(key);
      checkProcess({ style, target });
      const headers = derivativeHeaders(relay, value);
      note('GET', { bucket, key }, { process: style, target });
      note('PUT', target, { headers, target });
      return saved(target);
    },
    // Read to mend a refusal, and nothing is refused here.
    getObject: () => Promise.reject(new TypeError('a dry run reads no object')),
    async headObject(name) {
      note('HEAD', name);
      if (source === undefined) return undefined;
      return { etag: source.etag, lastModified: Math.floor(source.time / 1000) * 1000, size: source.size };
    },
    async deleteObject(target) {
      note('DELETE', target, { target });
      return { confirmed: true };
    },
  };
  const { outcomes } = await derive({ upload }, { index, oss, now: () => 0, deadline: Number.POSITIVE_INFINITY });
  return { outcomes, requests };
}

function saved({ bucket, key }: ObjectName): SavedObject {
  return { bucket, object: key, status: 'OK', httpStatus: 200, requestId: undefined, attempts: 1, confirmed: true };
}
