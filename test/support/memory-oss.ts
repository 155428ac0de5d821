// An OSS in memory, behind the interface that the stages are given: what a source holds, what derivatives were made of,
// and what was asked. For interleavings and failures that a real server cannot be made to show on demand.
import type { Oss } from '../../src/oss/client.js';
import { OssError } from '../../src/oss/error.js';

export interface Stored {
  etag: string;
  lastModified: number;
  size: number;
  body: string;
  /** Where a link leads; its size is no concern of anyone. */
  link?: string;
}

export interface Call {
  readonly api: 'process' | 'head' | 'get' | 'put' | 'copy' | 'list' | 'delete';
  readonly bucket: string;
  readonly key: string;
  readonly target?: { readonly bucket: string; readonly key: string };
}

export interface MemoryOss {
  readonly oss: Oss;
  readonly calls: Call[];
  readonly objects: Map<string, Stored>;
  /** Stores an object as an uploader would; its ETag is its body. */
  store(uri: string, body: string, at?: number): void;
  /** Stores a link to another key of its bucket, as an uploader would. */
  storeLink(uri: string, to: string, at?: number): void;
  /** Keys below a prefix of `oss://bucket/`, in order. */
  keys(prefix: string): string[];
  running: { now: number; most: number };
}

export function ossError(over: Partial<ConstructorParameters<typeof OssError>[0]> = {}): OssError {
  return new OssError({ status: 500, kind: 'transient', code: 'InternalError', message: 'try later', ...over });
}

/** The order in which OSS lists keys. */
function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** @param before asked at each call, before it has an effect: what it throws is the answer; it may change objects */
export function memoryOss(
  now: () => number,
  before: (call: Call, world: MemoryOss) => OssError | undefined | Promise<OssError | undefined> = () => undefined,
): MemoryOss {
  const objects = new Map<string, Stored>();
  const uri = (bucket: string, key: string): string => `oss://${bucket}/${key}`;
  const gone = (): OssError => ossError({ status: 404, kind: 'gone', code: 'NoSuchKey', message: 'no such key' });

  async function answer<T>(call: Call, effect: () => T): Promise<T> {
    world.calls.push(call);
    world.running.now += 1;
    world.running.most = Math.max(world.running.most, world.running.now);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      const error = await before(call, world);
      if (error !== undefined) throw error;
      return effect();
    } finally {
      world.running.now -= 1;
    }
  }

  const world: MemoryOss = {
    calls: [],
    objects,
    running: { now: 0, most: 0 },
    store(at, body, time = now()) {
      objects.set(at, {
        etag: body.toUpperCase(),
        lastModified: Math.floor(time / 1000) * 1000,
        size: body.length,
        body,
      });
    },
    storeLink(at, to, time = now()) {
      world.store(at, to, time);
      Object.assign(objects.get(at) ?? {}, { link: to });
    },
    keys: (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
    oss: {
      processObject: ({ bucket, key, style, target }) =>
        answer({ api: 'process', bucket, key, target }, () => {
          const source = objects.get(uri(bucket, key));
          if (source === undefined) throw gone();
          world.store(uri(target.bucket, target.key), `${style} of ${source.body}`);
          const done = { bucket: target.bucket, object: target.key, bytes: 7, status: 'OK' as const };
          return { ...done, httpStatus: 200, requestId: 'R', attempts: 1, confirmed: true };
        }),
      relayObject: (request) => world.oss.processObject(request),
      headObject: ({ bucket, key }) =>
        answer({ api: 'head', bucket, key }, () => {
          const found = objects.get(uri(bucket, key));
          if (found?.link === undefined) return found;
          const linked = objects.get(uri(bucket, found.link));
          if (linked === undefined) throw ossError({ status: 404, kind: 'permanent', code: 'SymlinkTargetNotExist' });
          const lastModified = Math.max(found.lastModified, linked.lastModified);
          return { ...linked, lastModified, symlink: true };
        }),
      getObject: ({ bucket, key, maxBytes }) =>
        answer({ api: 'get', bucket, key }, () => {
          const found = objects.get(uri(bucket, key));
          if (found === undefined) throw gone();
          if (found.size > maxBytes) throw ossError({ status: 200, kind: 'permanent', code: 'EntityTooLarge' });
          return { body: Buffer.from(found.body), etag: found.etag };
        }),
      putObject: ({ bucket, key, body }) =>
        answer({ api: 'put', bucket, key }, () => {
          world.store(uri(bucket, key), body.toString());
          return { etag: 'E', requestId: 'R' };
        }),
      copyObject: ({ bucket, key, from }) =>
        answer({ api: 'copy', bucket, key }, () => {
          const found = objects.get(uri(from.bucket, from.key));
          if (found === undefined) throw gone();
          world.store(uri(bucket, key), found.body);
        }),
      listObjects: ({ bucket, prefix, limit, after, startAfter }) =>
        answer({ api: 'list', bucket, key: prefix }, () => {
          const start = uri(bucket, '').length;
          const all = world.keys(uri(bucket, prefix)).map((key) => key.slice(start));
          const rest = all.filter((key) => inBytes(key, after ?? startAfter ?? '') > 0).sort(inBytes);
          const listed = rest.slice(0, limit).map((key) => {
            const { etag, size, lastModified, link } = objects.get(uri(bucket, key)) as Stored;
            return { key, etag, size, lastModified, symlink: link === undefined ? undefined : true };
          });
          return rest.length > limit ? { objects: listed, next: listed.at(-1)?.key ?? '' } : { objects: listed };
        }),
      deleteObject: ({ bucket, key }) =>
        answer({ api: 'delete', bucket, key }, () => {
          objects.delete(uri(bucket, key));
          return { confirmed: true };
        }),
    },
  };
  return world;
}
