// The uploader of a chaos run, who also looks at what is stored: plain signed HTTP requests by the run's own clock.
import { localAccount } from '../../src/local/account.js';
import { encodeKey, wireQuery } from '../../src/oss/endpoint.js';
import { createSigner } from '../../src/oss/sign.js';
import type { Labels } from './rules.js';

/** What OSS answered to a change. */
export interface Changed {
  /** The event carries it. */
  readonly requestId: string;
  /** Of what was stored, of the new delete marker, or of what was removed; '' in a bucket without versioning. */
  readonly versionId: string;
}

export interface Uploader {
  readonly put: (bucket: string, key: string, body: Buffer) => Promise<Changed>;
  /** Removes an object, or one version of it. */
  readonly remove: (bucket: string, key: string, versionId?: string) => Promise<Changed>;
  readonly enableVersioning: (bucket: string) => Promise<void>;
  readonly putStyle: (bucket: string, name: string, content: string) => Promise<void>;
  /** Of an object that is there: its tags, and the headers that its writer can choose, but for Content-Type. */
  readonly labels: (bucket: string, key: string) => Promise<Labels>;
  /** Undefined: there is none. */
  readonly get: (bucket: string, key: string) => Promise<Buffer | undefined>;
  /** The keys that start with the prefix, in order: all of them, or the first. */
  readonly list: (bucket: string, prefix: string, most?: 1) => Promise<string[]>;
}

const chosen = /^(?:cache-control|content-disposition|content-encoding|content-language|expires|x-oss-meta-.+)$/;

type Query = readonly (readonly [name: string, value: string])[];

/** @param url the embedded OSS */
export function createUploader(url: string, now: () => number): Uploader {
  const { accessKeyId, accessKeySecret, region } = localAccount;
  const sign = createSigner({ accessKeyId, accessKeySecret }, { region });

  async function send(method: string, bucket: string, key = '', query: Query = [], body?: Buffer): Promise<Response> {
    const uri = `/${bucket}/${encodeKey(key)}`;
    const headers = sign({ method, uri, query }, now());
    const init = body === undefined ? { method, headers } : { method, headers, body: new Uint8Array(body) };
    const answer = await fetch(`${url}${uri}${wireQuery(query)}`, init);
    if (answer.ok || answer.status === 404) return answer;
    throw new Error(`${method} ${bucket}/${key}: ${answer.status} ${await answer.text()}`);
  }

  const changed = async (answer: Response): Promise<Changed> => {
    await answer.arrayBuffer();
    const header = (name: string) => answer.headers.get(name) ?? '';
    return { requestId: header('x-oss-request-id'), versionId: header('x-oss-version-id') };
  };

  return {
    put: async (bucket, key, body) => changed(await send('PUT', bucket, key, [], body)),
    remove: async (bucket, key, versionId) =>
      changed(await send('DELETE', bucket, key, versionId === undefined ? [] : [['versionId', versionId]])),
    async enableVersioning(bucket) {
      const xml = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
      await changed(await send('PUT', bucket, '', [['versioning', '']], Buffer.from(xml)));
    },
    async putStyle(bucket, name, content) {
      const query: Query = [
        ['style', ''],
        ['styleName', name],
      ];
      await changed(await send('PUT', bucket, '', query, Buffer.from(`<Style><Content>${content}</Content></Style>`)));
    },
    async labels(bucket, key) {
      const { headers } = await send('HEAD', bucket, key);
      const xml = await (await send('GET', bucket, key, [['tagging', '']])).text();
      const tags = [...xml.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)];
      return {
        headers: Object.fromEntries([...headers].filter(([name]) => chosen.test(name))),
        tags: Object.fromEntries(tags.map(([, name = '', value = '']) => [name, value])),
      };
    },
    async get(bucket, key) {
      const answer = await send('GET', bucket, key);
      const body = Buffer.from(await answer.arrayBuffer());
      return answer.status === 404 ? undefined : body;
    },
    async list(bucket, prefix, most) {
      const keys: string[] = [];
      let page: string[];
      do {
        const from: Query = keys.length === 0 ? [] : [['start-after', keys.at(-1) ?? '']];
        const query: Query = [['list-type', '2'], ['max-keys', String(most ?? 1000)], ['prefix', prefix], ...from];
        const xml = await (await send('GET', bucket, '', query)).text();
        page = [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
        keys.push(...page);
      } while (most === undefined && page.length === 1000);
      return keys;
    },
  };
}
