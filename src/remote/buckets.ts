// What OSS knows about a bucket itself: whether it exists, its region, whether it has a style. The function never asks
// for this, so that its own client has no such calls.
import { answerError } from '../oss/answer.js';
import type { Connection } from '../oss/connection.js';
import { addressOf, type Endpoint, wireQuery } from '../oss/endpoint.js';
import { OssError } from '../oss/error.js';
import { type Credentials, createSigner } from '../oss/sign.js';

export interface BucketsOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: Credentials;
  readonly connection: Connection;
  readonly now?: () => number;
}

/** All throw OssError for anything but the answers named. */
export interface Buckets {
  /** Undefined: there is no such bucket. */
  region(bucket: string): Promise<string | undefined>;
  hasStyle(bucket: string, name: string): Promise<boolean>;
}

const requestTimeout = 15_000;
const maxAnswerBytes = 65_536;

export function createBuckets({ endpoint, region, credentials, connection, now = Date.now }: BucketsOptions): Buckets {
  const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
  const sign = createSigner(credentials, { region });

  /** The text of the answer, and the error if it is one. */
  async function ask(bucket: string, query: readonly (readonly [name: string, value: string])[]) {
    const { origin, path, uri } = addressOf(endpoint, bucket);
    const headers = sign({ method: 'GET', uri, query }, now());
    const answer = await connection.send({
      origin,
      method: 'GET',
      path: path + wireQuery(query),
      headers,
      timeout: requestTimeout,
      maxBytes: maxAnswerBytes,
    });
    const signature = headers['authorization']?.split('Signature=')[1] ?? '';
    const secrets = [accessKeySecret, securityToken, accessKeyId, signature];
    const succeeded = answer.status >= 200 && answer.status < 300;
    return { text: answer.body.toString('utf8'), error: succeeded ? undefined : answerError(answer, secrets, now()) };
  }

  return {
    async region(bucket) {
      const { text, error } = await ask(bucket, [['bucketInfo', '']]);
      if (error?.code === 'NoSuchBucket') return undefined;
      const found = regionIn(text, error === undefined ? 'Location' : 'Endpoint');
      // For a bucket of another region OSS answers with an error that names the endpoint to use.
      if (found !== undefined && (error === undefined || found !== region)) return found;
      const message = 'UnexpectedResponse: OSS does not give the region of the bucket';
      throw error ?? new OssError({ message, code: 'UnexpectedResponse', kind: 'permanent' });
    },
    async hasStyle(bucket, name) {
      const { error } = await ask(bucket, [
        ['style', ''],
        ['styleName', name],
      ]);
      if (error !== undefined && error.code !== 'NoSuchStyle') throw error;
      return error === undefined;
    },
  };
}

/** Of `oss-cn-hangzhou`, or `oss-cn-hangzhou-internal.aliyuncs.com`. */
function regionIn(xml: string, element: string): string | undefined {
  const [, name] = new RegExp(`<${element}>(?:[a-z0-9-]{3,63}\\.)?oss-([a-z0-9-]{2,60})[<.]`).exec(xml) ?? [];
  return name?.replace(/-internal$/, '');
}
