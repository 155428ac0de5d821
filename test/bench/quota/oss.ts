// An embedded OSS that lets so many process calls a second through, for the figure of a sweep: real HTTP, but no image
// is made, since the quota is what counts. It counts what it lets through and what it refuses, by the folder of the
// source.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../../../src/local/faults/faults.js';
import { createLocalOss } from '../../../src/local/oss/server.js';
import { memoryStorage } from '../../../src/local/oss/storage/memory.js';
import { parserOptions } from '../../../src/local/parser.js';

export interface QuotaOptions {
  /** Process calls a second. */
  readonly quota: number;
  /** Ms that a process call takes. */
  readonly takes: number;
  readonly buckets: readonly string[];
  readonly accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string };
}

/** A process call that was answered. */
export interface Answered {
  /** Epoch ms. */
  readonly at: number;
  readonly key: string;
  readonly refused: boolean;
}

export interface QuotaOss extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Of process calls. */
  readonly answered: readonly Answered[];
  /** Stores a small object that is as old as that, epoch ms. */
  readonly store: (bucket: string, key: string, lastModified: number) => Promise<void>;
}

/** Starts it on a free port. */
export async function startQuotaOss(options: QuotaOptions): Promise<QuotaOss> {
  const { quota, takes, accessKey } = options;
  const storage = memoryStorage();
  const answered: Answered[] = [];
  const faults = createFaults([`process:throttle/${quota}`, `process:slow/${takes}ms`], { seed: 1 });
  const faulty = faults.intercept();
  const oss = createLocalOss({
    storage,
    processImage: async () => ({ body: Buffer.from('a derivative'), contentType: 'image/webp' }),
    async intercept(exchange) {
      const { operation, key } = exchange.call;
      let refused = true;
      try {
        const reply = await faulty(exchange);
        refused = false;
        return reply;
      } finally {
        if (operation === 'ProcessObject') answered.push({ at: Date.now(), key, refused });
      }
    },
  });
  oss.keys.set(accessKey.accessKeyId, { secret: accessKey.accessKeySecret });
  for (const bucket of options.buckets) oss.createBucket(bucket);
  const server = createServer(parserOptions, (request, response) => oss.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const body = Buffer.from('a source');
  const etag = '8DFB7A1B9F0C7E5B3D1C2A4F6E8D0B1A';
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    async store(bucket, key, lastModified) {
      const described = { key, versionId: 'null', size: body.length, etag, type: 'Normal' as const };
      const staged = await storage.stage(bucket, body);
      staged.commit({ ...described, lastModified: Math.floor(lastModified / 1000) * 1000, headers: {} });
    },
    async [Symbol.asyncDispose]() {
      faults.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await oss.close();
    },
  };
}
