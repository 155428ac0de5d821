// An embedded OSS, with the STS of its account, listening on a free port, with the ways to reach it: ali-oss, and the
// raw wire signed by ali-oss's signer.
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import OSS from 'ali-oss';
import signUtils from 'ali-oss/lib/common/signUtils.js';
import { onTestFinished } from 'vitest';
import { processImage } from '../../../src/local/image/pipeline.js';
import type { EventRecord } from '../../../src/local/oss/object/event.js';
import { createLocalOss, type LocalOssOptions } from '../../../src/local/oss/server.js';
import { parserOptions, refuseMalformed } from '../../../src/local/parser.js';
import { createLocalSts } from '../../../src/local/sts/server.js';

/** The account of the OSS and STS. */
export const account = { region: 'cn-hangzhou', accountId: '1000000000000001' };

export const accessKey = { accessKeyId: 'autostyle', accessKeySecret: 'autostyle-secret' };

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The names of the headers as they were sent. */
  names: string[];
  body: Buffer;
  text: string;
}

/** A request for the raw wire. `path` goes out exactly as it stands; `queries` and `key` say what to sign. */
export interface Wire {
  method?: string;
  path: string;
  bucket?: string;
  key?: string;
  queries?: Record<string, string | null>;
  headers?: Record<string, string>;
  additionalHeaders?: string[];
  body?: Buffer | string;
  signed?: boolean;
  /** Whose key; default: the fixture's. */
  as?: { accessKeyId: string; accessKeySecret: string; stsToken?: string };
  region?: string;
  /** Signing time in ms; default: now. */
  at?: number;
}

/** Starts a server that ends with the test; buckets `photos` and `photos-out` exist. */
export async function startOss(options: Partial<LocalOssOptions> = {}) {
  const events: EventRecord[] = [];
  const bugs: unknown[] = [];
  const onBug = (error: unknown) => void bugs.push(error);
  const oss = createLocalOss({
    ...account,
    processImage,
    onEvent: (record) => void events.push(record),
    onBug,
    ...options,
  });
  const sts = createLocalSts({ ...account, keys: oss.keys, now: options.now ?? Date.now, onBug });
  oss.keys.set(accessKey.accessKeyId, { secret: accessKey.accessKeySecret });
  oss.createBucket('photos');
  oss.createBucket('photos-out');
  const server = createServer(parserOptions, (req, res) => {
    if (!refuseMalformed(req, res) && !sts.handle(req, res)) oss.handle(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await oss.close();
  };
  onTestFinished(stop);
  return {
    oss,
    port,
    events,
    bugs,
    stop,
    client: (
      bucket = 'photos',
      more: {
        accessKeyId?: string;
        accessKeySecret?: string;
        stsToken?: string;
        region?: string;
        authorizationV4?: boolean;
      } = {},
    ) =>
      new OSS({
        region: 'oss-cn-hangzhou',
        endpoint: `http://127.0.0.1:${port}`,
        authorizationV4: true,
        ...accessKey,
        bucket,
        ...(more.stsToken !== undefined && {
          refreshSTSToken: async () => ({ ...accessKey, stsToken: '', ...more }) as Required<typeof more>,
        }),
        ...more,
      }),
    wire: (wire: Wire) => send(port, wire),
  };
}

export type TestOss = Awaited<ReturnType<typeof startOss>>;

/** The headers that sign a request, made by ali-oss's own signer. */
export function signedHeaders(wire: Wire): Record<string, string> {
  const { accessKeyId, accessKeySecret, stsToken } = { stsToken: undefined, ...(wire.as ?? accessKey) };
  const headers: Record<string, string> = {
    ...wire.headers,
    'x-oss-date': new Date(wire.at ?? Date.now()).toISOString().replace(/[-:]|\.\d{3}/g, ''),
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    ...(stsToken !== undefined && { 'x-oss-security-token': stsToken }),
  };
  const { method = 'GET', queries = {}, bucket = 'photos', key = '', additionalHeaders, region = 'cn-hangzhou' } = wire;
  const request = { headers, queries };
  const authorization = signUtils.authorizationV4(
    accessKeyId,
    accessKeySecret,
    region,
    method,
    request,
    bucket,
    key,
    additionalHeaders,
  );
  return { ...headers, authorization };
}

/** Sends exactly what it is given. */
export function send(port: number, wire: Wire): Promise<Answer> {
  const { method = 'GET', path, body } = wire;
  const headers: Record<string, string> = wire.signed === false ? { ...wire.headers } : signedHeaders(wire);
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        const { statusCode: status = 0, headers, rawHeaders } = response;
        const names = rawHeaders.filter((_, index) => index % 2 === 0);
        resolve({ status, headers, names, body: all, text: all.toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The Code of an error answer. */
export function codeOf(answer: Pick<Answer, 'headers' | 'text'>): string | undefined {
  const { 'x-oss-err': hidden } = answer.headers;
  const xml = typeof hidden === 'string' ? Buffer.from(hidden, 'base64').toString() : answer.text;
  return /<Code>([^<]*)<\/Code>/.exec(xml)?.[1];
}
