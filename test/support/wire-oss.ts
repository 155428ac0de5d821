// An OSS behind the real client's connection: it sees each request as it would stand on the wire, says which
// permissions OSS would ask for, and answers well, badly or not at all, as it is told.
import { createOss, type Oss } from '../../src/oss/client.js';
import type { Connection, WireAnswer, WireRequest } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { OssError } from '../../src/oss/error.js';
import { compareKeys } from '../../src/rules/key-order.js';
import type { RamRequest } from './ram.js';

/** `silent`: 2xx without a word; `late`: it is done, and the answer is lost. */
export type Mood = 'well' | 'silent' | 'late' | 'busy' | 'unknown-style' | 'missing';

export interface WireOss {
  readonly oss: Oss;
  /** Each permission that a request needed, in order. */
  readonly asked: RamRequest[];
  readonly objects: Map<string, { readonly body: string; readonly at: number }>;
  store(bucket: string, key: string, body: string): void;
}

export const account = '1234567890123456';

export const onObject = (bucket: string, key: string): string => `acs:oss:oss-cn-hangzhou:${account}:${bucket}/${key}`;
export const onBucket = (bucket: string): string => `acs:oss:oss-cn-hangzhou:${account}:${bucket}`;

/** @param mood asked at each request for an image */
export function wireOss(now: () => number, mood: () => Mood): WireOss {
  const objects: WireOss['objects'] = new Map();
  const asked: RamRequest[] = [];
  const store = (bucket: string, key: string, body: string): void => {
    objects.set(`${bucket}/${key}`, { body, at: now() });
  };
  const ask = (action: string, resource: string, context?: Record<string, string>): void => {
    asked.push(context === undefined ? { action, resource } : { action, resource, context });
  };
  const answer = (status: number, body = '', headers: Record<string, string> = {}): WireAnswer => ({
    status,
    headers: { 'x-oss-request-id': 'R', date: new Date(now()).toUTCString(), ...headers },
    body: Buffer.from(body),
  });
  const error = (status: number, code: string): WireAnswer =>
    answer(status, `<Error><Code>${code}</Code><Message>m</Message><RequestId>R</RequestId></Error>`);

  function processed(bucket: string, key: string, body: string): WireAnswer {
    const [, style = '', o = '', b = ''] = /^x-oss-process=(.*)\|sys\/saveas,o_([\w-]+),b_([\w-]+)$/.exec(body) ?? [];
    const target = { bucket: Buffer.from(b, 'base64url').toString(), key: Buffer.from(o, 'base64url').toString() };
    ask('oss:PostProcessTask', onObject(bucket, key));
    ask('oss:GetObject', onObject(bucket, key));
    ask('oss:PutObject', onObject(target.bucket, target.key));
    if (style.includes('blindwatermark')) {
      ask('oss:ProcessImm', onObject(bucket, key));
      ask('imm:EncodeBlindWatermark', `acs:imm:cn-hangzhou:${account}:project/some-project`);
    }
    for (const [, image = ''] of style.matchAll(/image_([\w-]+)/g)) {
      ask('oss:GetObject', onObject(bucket, Buffer.from(image, 'base64url').toString().split('?')[0] ?? ''));
    }
    const source = objects.get(`${bucket}/${key}`);
    const how = mood();
    if (how === 'busy') return error(503, 'ServiceUnavailable');
    if (how === 'unknown-style') return error(404, 'NoSuchStyle');
    if (source === undefined || how === 'missing') return error(404, 'NoSuchKey');
    store(target.bucket, target.key, `${style} of ${source.body}`);
    if (how === 'late')
      throw new OssError({ message: 'reset', code: 'ECONNRESET', kind: 'transient', confirmed: false });
    return how === 'silent' ? answer(200) : answer(200, JSON.stringify({ status: 'OK', object: target.key }));
  }

  function listed(bucket: string, prefix: string, after: string, asks: URLSearchParams): WireAnswer {
    const keys = [...objects.keys()]
      .filter((one) => one.startsWith(`${bucket}/${prefix}`))
      .map((one) => one.slice(bucket.length + 1))
      .filter((key) => compareKeys(key, after) > 0)
      .sort(compareKeys);
    const page = keys.slice(0, Number(asks.get('max-keys')));
    const entries = page.map((key) => {
      const { body = '', at = 0 } = objects.get(`${bucket}/${key}`) ?? {};
      const etag = /^\w+$/.test(body) ? body.toUpperCase() : 'E';
      return `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${new Date(at).toISOString()}</LastModified>
        <ETag>"${etag}"</ETag><Size>${body.length}</Size></Contents>`;
    });
    const isCut = page.length < keys.length;
    const next = isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return answer(
      200,
      `<ListBucketResult>${entries.join('')}<IsTruncated>${isCut}</IsTruncated>${next}</ListBucketResult>`,
    );
  }

  function served(request: WireRequest): WireAnswer {
    const { method, body = '' } = request;
    const bucket = new URL(request.origin).hostname.split('.')[0] ?? '';
    const [path = '', query] = request.path.slice(1).split('?');
    const key = decodeURIComponent(path);
    const id = `${bucket}/${key}`;
    if (method === 'POST') return processed(bucket, key, `${body}`);
    if (key === '') {
      const asks = new URLSearchParams(query);
      const prefix = asks.get('prefix') ?? '';
      ask('oss:ListObjects', onBucket(bucket), { 'oss:Prefix': prefix });
      return listed(bucket, prefix, asks.get('continuation-token') ?? asks.get('start-after') ?? '', asks);
    }
    if (method === 'PUT') {
      ask('oss:PutObject', onObject(bucket, key));
      store(bucket, key, `${body}`);
      return answer(200, '', { etag: '"E"' });
    }
    if (method === 'DELETE') {
      ask('oss:DeleteObject', onObject(bucket, key));
      objects.delete(id);
      return answer(204);
    }
    ask('oss:GetObject', onObject(bucket, key));
    const found = objects.get(id);
    if (found === undefined) return method === 'HEAD' ? answer(404) : error(404, 'NoSuchKey');
    return answer(200, method === 'GET' ? found.body : '', {
      etag: `"${found.body.toUpperCase()}"`,
      'content-length': String(found.body.length),
      'last-modified': new Date(found.at).toUTCString(),
    });
  }

  const connection: Connection = {
    async send(request) {
      const answer = served(request);
      request.receive?.(answer, { pause: () => undefined, resume: () => undefined })?.(answer.body);
      return answer;
    },
    refresh: () => undefined,
    close: async () => undefined,
  };
  const oss = createOss({
    endpoint: resolveEndpoint({ region: 'cn-hangzhou' }),
    region: 'cn-hangzhou',
    credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
    connection,
    deadline: Number.POSITIVE_INFINITY,
    now,
    random: () => 0,
    sleep: async () => undefined,
  });
  return { oss, asked, objects, store };
}
