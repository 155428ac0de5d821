// What the headers of an object tell: the version that it is, its size, whether it is a link.
import { type Answer, header, httpDate, requestIdOf } from './answer.js';
import { OssError } from './error.js';

export interface ObjectHead {
  /** Without quotes. */
  readonly etag: string;
  /** Epoch ms, whole seconds. */
  readonly lastModified: number;
  readonly size: number;
  readonly versionId?: string;
  /** Normal, Multipart, Appendable, Symlink */
  readonly type?: string;
  readonly symlink?: true;
}

/** @throws OssError `UnexpectedResponse`, transient: what answered is not OSS */
export function headOf(answer: Answer): ObjectHead {
  const etag = unquoted(header(answer, 'etag') ?? '');
  const lastModified = httpDate(header(answer, 'last-modified'));
  const size = Number(header(answer, 'content-length') ?? Number.NaN);
  if (etag === '' || lastModified === undefined || Number.isNaN(size)) throw notOss(answer);
  const versionId = header(answer, 'x-oss-version-id');
  const type = header(answer, 'x-oss-object-type');
  return {
    etag,
    lastModified,
    size,
    ...(versionId === undefined ? undefined : { versionId }),
    ...(type === undefined ? undefined : { type }),
    ...(type === 'Symlink' || header(answer, 'x-oss-symlink-target') !== undefined ? { symlink: true } : undefined),
  };
}

/** An ETag as it is compared: without quotes. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

function notOss(answer: Answer): OssError {
  return new OssError({
    message: `UnexpectedResponse (HTTP ${answer.status}): no ETag, Last-Modified and Content-Length`,
    status: answer.status,
    code: 'UnexpectedResponse',
    kind: 'transient',
    requestId: requestIdOf(answer),
  });
}
