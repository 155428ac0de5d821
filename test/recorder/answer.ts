// Answers as OSS writes them.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Refusal, Sight } from './case.js';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string;
  /** Without a request id. */
  readonly anonymous?: true;
}

/** What a HEAD gives for a source; `reset`: the connection breaks. */
export function seenAs(sight: Sight | undefined): Answer | 'reset' {
  if (sight === undefined) return refusal({ status: 404, code: 'NoSuchKey' });
  const { status, etag, modified, size, versionId, type } = sight;
  if (status === 0) return 'reset';
  if (status !== 200) return refusal({ status, code: codesOfHead[status] ?? 'AccessDenied' });
  return {
    headers: {
      etag: `"${etag.replaceAll('"', '')}"`,
      'last-modified': new Date(modified).toUTCString(),
      'content-length': String(size),
      ...(versionId === undefined ? {} : { 'x-oss-version-id': versionId }),
      ...(type === undefined ? {} : { 'x-oss-object-type': type }),
    },
  };
}

const codesOfHead: Readonly<Record<number, string>> = { 404: 'NoSuchKey', 503: 'ServiceUnavailable' };

/** An error as OSS writes it, and for a HEAD also beside the body. */
export function refusal({ code = '', headers, body, ...rest }: Refusal): Answer {
  if (body !== undefined) return { ...rest, headers, body };
  const text = `<Error>${xml({ Code: code, Message: `the stub says ${code}` })}</Error>`;
  return { ...rest, headers: { ...headers, 'x-oss-err': Buffer.from(text).toString('base64') }, body: text };
}

export function etagOf(text: string): string {
  return `"${createHash('md5').update(text).digest('hex').toUpperCase()}"`;
}

/** Elements of XML, one after another. */
export function xml(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${String(value).replaceAll('"', '&quot;')}</${name}>`)
    .join('');
}
