// A look at an object: the HEAD request, and what the headers tell: its version, its size, whether it is a link.
import { etagOf, header, httpDate, unexpectedAnswer } from './answer.js';
import type { WireAnswer } from './connection.js';
import { noCode, type OssError } from './error.js';
import type { ObjectName } from './object-name.js';
import type { OssRequest } from './request.js';

export interface ObjectHead {
  /** Without quotes. */
  readonly etag: string;
  /** Epoch ms, whole seconds. */
  readonly lastModified: number;
  readonly size: number;
  readonly versionId?: string | undefined;
  /** Normal, Multipart, Appendable, Symlink */
  readonly type?: string | undefined;
  readonly symlink?: true | undefined;
}

// ms
const timeout = 5_000;

export function headRequest({ bucket, key }: ObjectName): OssRequest {
  return { bucket, key, method: 'HEAD', timeout };
}

/** @throws OssError `UnexpectedResponse`, transient: what answered is not OSS */
export function headOf(answer: WireAnswer): ObjectHead {
  const etag = etagOf(answer);
  const lastModified = httpDate(header(answer, 'last-modified'));
  const size = Number(header(answer, 'content-length') ?? Number.NaN);
  if (etag === '' || lastModified === undefined || Number.isNaN(size)) {
    throw unexpectedAnswer(answer, 'no ETag, Last-Modified and Content-Length');
  }
  const versionId = header(answer, 'x-oss-version-id');
  const type = header(answer, 'x-oss-object-type');
  const linked = type === 'Symlink' || header(answer, 'x-oss-symlink-target') !== undefined;
  return { etag, lastModified, size, versionId, type, symlink: linked ? true : undefined };
}

/** Undefined for the error that says that there is no such object; any other is thrown. */
export function noHead(error: OssError): undefined {
  if (error.status !== 404 || !noObject.has(error.code)) throw error;
}

// The answer to a HEAD has no body: the Code is in the header x-oss-err, or nowhere.
const noObject = new Set(['NoSuchKey', 'NoSuchFile', noCode]);
