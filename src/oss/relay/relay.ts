// A relay: OSS processes an object in answer to a GET, and the function stores the result with headers and tags, which
// sys/saveas cannot give it. The pixels are OSS's work here too.
import { createHash } from 'node:crypto';
import type { Relay } from '../../rules/rule.js';
import { header, requestIdOf } from '../answer.js';
import { checkBucket, checkKey } from '../endpoint.js';
import type { ObjectName } from '../object-name.js';
import type { Calls } from '../request.js';
import type { SavedObject } from '../save-as.js';
import { derivativeHeaders, type ValueOf } from './headers.js';

export interface RelayRequest extends ObjectName {
  readonly style: string;
  readonly target: ObjectName;
  readonly relay: Relay;
  /** A variable's value for the upload. */
  readonly value: ValueOf;
  /** The ETag of the version that is meant, where it is known. */
  readonly etag?: string | undefined;
}

// ms
const processTimeout = 90_000;
const maxBytes = 24_000_000;

/** Has OSS process an object, and stores the result. @throws OssError */
export async function relayObject(
  { call, once }: Calls,
  { bucket, key, style, target, relay, value }: RelayRequest,
): Promise<SavedObject> {
  checkBucket(target.bucket);
  checkKey(target.key);
  const headers = derivativeHeaders(relay, value);
  const query = [['x-oss-process', style]] as const;
  return call<SavedObject>(
    { bucket, key, method: 'GET', query, timeout: processTimeout, maxBytes },
    {
      async read({ headers: got, body }, { nth, confirmed }) {
        const put = await once({
          ...target,
          method: 'PUT',
          headers: {
            ...headers,
            'content-type': header({ status: 200, headers: got, body }, 'content-type') ?? 'application/octet-stream',
            'content-md5': createHash('md5').update(body).digest('base64'),
          },
          body,
          timeout: processTimeout,
        });
        return {
          bucket: target.bucket,
          object: target.key,
          bytes: body.length,
          status: 'OK',
          httpStatus: put.status,
          requestId: requestIdOf(put),
          attempts: nth,
          confirmed,
        };
      },
    },
  );
}
