// What `npm run fuzz -- events` holds the function to, whatever it is sent: a summary or an EventError, and no request
// for anything that the event, a rule or the journal did not name.
import fc from 'fast-check';
import { type HandleContext, handle } from '../../src/handle.js';
import type { Oss } from '../../src/oss/client.js';
import { OssError } from '../../src/oss/error.js';
import { EventError, readEvent } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import type { Summary } from '../../src/pipeline/outcome.js';
import { loadConfig } from '../../src/rules/load.js';
import { eventBytes } from './event-bytes.js';
import type { Target } from './target.js';

const journal = { bucket: 'photos-journal', prefix: 'autostyle/' };
const { rules } = loadConfig(
  {
    journal,
    rules: [
      {
        name: 'faces',
        when: { bucket: 'photos', prefix: 'faces/', size: { max: 5_000 } },
        onDelete: 'remove',
        outputs: [{ style: 'image/resize,w_20', to: { bucket: 'photos-out', key: 'out/{key}' } }],
      },
      {
        name: 'rest',
        when: { bucket: ['photos', 'scans'], exclude: ['raw/'] },
        outputs: [
          { style: 'image/resize,w_16', to: { bucket: 'photos-out', key: '{bucket}/{year}/{etag}/{key}' } },
          { style: 'style/watermarked', to: { bucket: 'photos-out', key: 'wm/{dir}{name}.{ext}' } },
        ],
      },
    ],
  },
  {},
);
const index = indexRules(rules);
const buckets: ReadonlySet<string> = new Set(['photos', 'scans', 'photos-out', journal.bucket]);
const largestSummary = 16_384;
const now = Date.UTC(2026, 10, 22, 8, 30);

export const events: Target = {
  name: 'events',
  checks: {
    'an event ends in a summary or in an EventError, and asks for nothing that was not named': () =>
      fc.asyncProperty(eventBytes(), fc.boolean(), async (bytes, redelivered) => {
        const { summary, asked, stray } = await outcomeOf(bytes, redelivered);
        if (summary === undefined && asked.length > 0) {
          throw new Error(`refused, and still asked for ${JSON.stringify(asked[0])}`);
        }
        const size = Buffer.byteLength(JSON.stringify(summary ?? {}));
        if (size > largestSummary) throw new Error(`the summary has ${size} bytes`);
        if (stray !== undefined) throw new Error(`nobody named ${JSON.stringify(stray)}`);
      }),
  },
};

/** What became of an event. No summary: an EventError. `stray`: a request that nobody had a reason for. */
export interface Ended {
  readonly summary: Summary | undefined;
  readonly asked: readonly Asked[];
  readonly stray: Asked | undefined;
}

/**
 * Runs an event through the function's own pipeline.
 * @throws whatever is no EventError
 */
export async function outcomeOf(bytes: Buffer, redelivered: boolean, around = (oss: Oss): Oss => oss): Promise<Ended> {
  const asked: Asked[] = [];
  const summary = await handled(bytes, around(recording(asked)), redelivered);
  const uploads = summary === undefined ? [] : readEvent(bytes).uploads;
  return { summary, asked, stray: asked.find((request) => !isNamed(request, uploads)) };
}

export interface Asked {
  readonly api: keyof Oss;
  readonly bucket: string;
  readonly key: string;
  /** Of a ProcessObject. */
  readonly target?: { readonly bucket: string; readonly key: string };
}

/** @throws whatever is no EventError */
async function handled(bytes: Buffer, oss: Oss, redelivered: boolean): Promise<Summary | undefined> {
  const handling: Omit<HandleContext, 'oss' | 'journalOss'> = {
    index,
    journal,
    concurrency: 5,
    now: () => now,
    deadline: now + 60_000,
    log: (entry) => void JSON.stringify(entry),
    redelivered,
    fcRequestId: 'fuzz',
  };
  try {
    return await handle(readEvent(bytes), { ...handling, oss, journalOss: oss });
  } catch (error) {
    if (error instanceof EventError && error.message.length < 10_000) return undefined;
    throw error;
  }
}

/** An OSS that writes down what it is asked, and finds about half of what is looked for; the same for the same key. */
function recording(asked: Asked[]): Oss {
  const there = (key: string): boolean => key.length % 2 === 0;
  const gone = (): OssError => new OssError({ status: 404, kind: 'gone', code: 'NoSuchKey', message: 'no such key' });
  const head = { etag: '5B3C1A2E053D763E1B002CC607C5A0FE', lastModified: now, size: 1_234 };
  return {
    async processObject({ bucket, key, target }) {
      asked.push({ api: 'processObject', bucket, key, target });
      if (!there(key)) throw gone();
      const done = { bucket: target.bucket, object: target.key, status: 'OK', httpStatus: 200 } as const;
      return { ...done, requestId: 'R', attempts: 1, confirmed: key.length % 3 !== 0 };
    },
    relayObject({ bucket, key, style, target }) {
      return this.processObject({ bucket, key, style, target });
    },
    async headObject({ bucket, key }) {
      asked.push({ api: 'headObject', bucket, key });
      return there(key) ? head : undefined;
    },
    async getObject({ bucket, key }) {
      asked.push({ api: 'getObject', bucket, key });
      throw gone();
    },
    async putObject({ bucket, key }) {
      asked.push({ api: 'putObject', bucket, key });
      return { etag: 'E', requestId: 'R' };
    },
    async copyObject({ bucket, key }) {
      asked.push({ api: 'copyObject', bucket, key });
    },
    async listObjects({ bucket, prefix }) {
      asked.push({ api: 'listObjects', bucket, key: prefix });
      return { objects: [] };
    },
    async deleteObject({ bucket, key }) {
      asked.push({ api: 'deleteObject', bucket, key });
      return { confirmed: true };
    },
  };
}

/** Whether it is about the journal, a source that the event names, or a target that a rule makes of one. */
function isNamed({ api, bucket, key, target }: Asked, uploads: readonly { bucket: string; key: string }[]): boolean {
  if (!buckets.has(bucket)) return false;
  if (bucket === journal.bucket) return key.startsWith(journal.prefix);
  const isSource = uploads.some((upload) => upload.bucket === bucket && upload.key === key);
  const isTarget = (place: { readonly bucket: string; readonly key: string }): boolean =>
    place.bucket === 'photos-out' && uploads.some((upload) => place.key.includes(nameIn(upload.key)));
  if (api === 'processObject') return isSource && target !== undefined && isTarget(target);
  if (api === 'headObject') return isSource || isTarget({ bucket, key });
  return api === 'deleteObject' && isTarget({ bucket, key });
}

/** What every target holds of its source's key. */
function nameIn(key: string): string {
  const file = key.slice(key.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot <= 0 ? file : file.slice(0, dot);
}
