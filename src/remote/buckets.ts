// What OSS tells of a bucket itself: whether it is there, its region, whether it has a style. The function never asks for
// this, so its own client does not either.
import { answerError } from '../oss/answer.js';
import type { Connection } from '../oss/connection.js';
import { bucketOrigin, type Endpoint, wirePath, wireQuery } from '../oss/endpoint.js';
import { OssError } from '../oss/error.js';
import { type Credentials, sign } from '../oss/sign.js';

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

  /** The answer's text, or the error and where OSS says that the bucket is. */
  async function ask(
    bucket: string,
    query: readonly (readonly [name: string, value: string])[],
  ): Promise<{ text: string } | { error: OssError; elsewhere: string | undefined }> {
    const headers = sign({ method: 'GET', bucket, key: '', query, headers: {} }, credentials, { region, now: now() });
    const answer = await connection.send({
      origin: bucketOrigin(endpoint, bucket),
      method: 'GET',
      path: wirePath(endpoint, bucket) + wireQuery(query),
      headers,
      timeout: requestTimeout,
      maxBytes: maxAnswerBytes,
    });
    const text = answer.body.toString('utf8');
    if (answer.status >= 200 && answer.status < 300) return { text };
    const secrets = [
      accessKeySecret,
      securityToken,
      accessKeyId,
      headers['authorization']?.split('Signature=')[1] ?? '',
    ];
    return { error: answerError(answer, secrets, now()), elsewhere: regionIn(text, 'Endpoint') };
  }

  return {
    async region(bucket) {
      const said = await ask(bucket, [['bucketInfo', '']]);
      if ('text' in said) {
        const found = regionIn(said.text, 'Location');
        if (found !== undefined) return found;
        const message = 'UnexpectedResponse: OSS does not tell the region of the bucket';
        throw new OssError({ message, code: 'UnexpectedResponse', kind: 'permanent' });
      }
      if (said.error.code === 'NoSuchBucket') return undefined;
      // A bucket of another region: OSS refuses, and names the endpoint to ask.
      if (said.elsewhere !== undefined && said.elsewhere !== region) return said.elsewhere;
      throw said.error;
    },
    async hasStyle(bucket, name) {
      const said = await ask(bucket, [
        ['style', ''],
        ['styleName', name],
      ]);
      if ('text' in said) return true;
      if (said.error.code === 'NoSuchStyle') return false;
      throw said.error;
    },
  };
}

/** Of `oss-cn-hangzhou`, or `oss-cn-hangzhou-internal.aliyuncs.com`. */
function regionIn(xml: string, element: string): string | undefined {
  const [, name] = new RegExp(`<${element}>(?:[a-z0-9-]{3,63}\\.)?oss-([a-z0-9-]{2,60})[<.]`).exec(xml) ?? [];
  return name?.replace(/-internal$/, '');
}
