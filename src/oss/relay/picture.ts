// The head of the answer to a relay's GET: whether it is a picture that OSS has processed, and how its body ends.
import { etagOf, header, requestIdOf, unexpectedAnswer } from '../answer.js';
import type { WireAnswer } from '../connection.js';

export interface PictureHead {
  readonly contentType: string;
  /** Bytes; undefined: it comes in chunks. */
  readonly length: number | undefined;
  /**
   * The body may be held back. Not where the connection closes after it: undici takes the end of a connection that it
   * holds back for a mistake of its own, and the process ends.
   */
  readonly canWait: boolean;
}

/** @throws OssError `UnexpectedResponse`; permanent where OSS itself answers with something else than a picture */
export function pictureHead(answer: WireAnswer): PictureHead {
  const [contentType] = /^image\/[\w.+-]{1,100}/i.exec(header(answer, 'content-type') ?? '') ?? [];
  const requestId = requestIdOf(answer);
  if (requestId === undefined && etagOf(answer) === '')
    throw unexpectedAnswer(answer, 'neither an ETag nor a request id');
  if (contentType === undefined || answer.status !== 200 || header(answer, 'content-encoding') !== undefined) {
    throw unexpectedAnswer(answer, 'the answer is no picture', {
      kind: requestId === undefined ? 'transient' : 'permanent',
    });
  }
  const announced = header(answer, 'content-length');
  const length = announced !== undefined && /^\d{1,15}$/.test(announced) ? Number(announced) : undefined;
  const chunked = /\bchunked$/i.test(header(answer, 'transfer-encoding') ?? '');
  // What ends with the connection looks whole where it is cut off.
  if (length === undefined && !chunked) throw unexpectedAnswer(answer, 'the picture has no end');
  const { connection, 'proxy-connection': ofProxy } = answer.headers;
  const canWait = /^keep-alive$/i.test(String(connection)) && ofProxy === undefined;
  return { contentType, length, canWait };
}
