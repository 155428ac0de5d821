// Reads an object of any size, a part at a time: the function's own client takes an answer into memory as a whole.
import { header, unexpectedAnswer, unquoted } from '../oss/answer.js';
import type { WireAnswer } from '../oss/connection.js';
import type { ObjectName } from '../oss/object-name.js';
import { createCalls, type OssOptions } from '../oss/request.js';

/**
 * The bytes of an object, in order; all of one version.
 * @throws OssError also where the object is overwritten meanwhile (`PreconditionFailed`)
 */
export type ReadObject = (object: ObjectName) => AsyncGenerator<Buffer>;

const fourMegabytes = 4 * 1024 * 1024;
/** ms for a part: also over a slow line. */
const timeout = 120_000;

/** @param partBytes how much is in memory at a time */
export function createReader(options: OssOptions, partBytes = fourMegabytes): ReadObject {
  const { call } = createCalls(options);
  return async function* read(object) {
    let etag: string | undefined;
    let total: number | undefined;
    for (let at = 0; total === undefined || at < total; ) {
      // Of a range that ends behind the object, OSS gives all of it.
      const range = `bytes=${at}-${Math.min(at + partBytes, total ?? Number.POSITIVE_INFINITY) - 1}`;
      const headers = etag === undefined ? { range } : { range, 'if-match': `"${etag}"` };
      const from = at;
      const part = await call(
        { ...object, method: 'GET', headers, timeout, maxBytes: partBytes },
        {
          read(answer) {
            const { body } = answer;
            const size = sizeIn(answer, from);
            if (size === undefined) throw unexpectedAnswer(answer, 'not the part of the object that was asked for');
            return { body, size, etag: unquoted(header(answer, 'etag') ?? '') };
          },
        },
      );
      if (part.body.length > 0) yield part.body;
      at += part.body.length;
      total = part.size;
      etag = part.etag || undefined;
    }
  };
}

/** The size of the object, of which the answer holds the bytes from `from` on. Undefined: it does not. */
function sizeIn(answer: WireAnswer, from: number): number | undefined {
  const { status, body, truncated } = answer;
  if (truncated) return undefined;
  // Of what is no larger than a part, an answer may be all of it.
  if (status !== 206) return from === 0 ? body.length : undefined;
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header(answer, 'content-range') ?? '') ?? [];
  return Number(first) === from && Number(last) === from + body.length - 1 ? Number(size) : undefined;
}
