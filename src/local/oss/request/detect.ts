// Step 4: which operation a request calls for, by method, level (service, bucket, object) and sub-resource.
// What OSS has and this server has not is refused by name; nothing that would change the outcome is silently ignored.
// Every name in the query has to be known to the operation; what is not, is refused by name too.

import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, notImplemented } from '../error.js';
import { parameter, type RequestTarget } from './resolve.js';
import { common, type OssOperationName, routesOf } from './routes.js';

/** Request headers that would change what is stored or how, and that this server does not honour. */
const unsupportedHeaders = [
  'x-oss-callback',
  'x-oss-callback-var',
  'x-oss-server-side-encryption',
  'x-oss-server-side-encryption-key-id',
  'x-oss-server-side-data-encryption',
  'x-oss-object-worm-mode',
];

/**
 * Request headers that say what a new object is beside its bytes, and the operations that make one. Clients send them
 * with the parts of an upload too, where they mean nothing.
 */
const labelHeaders = ['x-oss-object-acl', 'x-oss-tagging', 'x-oss-tagging-directive', 'x-oss-storage-class'];
const labelling: ReadonlySet<OssOperationName> = new Set([
  'PutObject',
  'CopyObject',
  'AppendObject',
  'PutSymlink',
  'InitiateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
]);

/**
 * The operation that a request calls for: that of the route whose sub-resources are all in the query, when the query
 * holds nothing that the operation does not understand. So a sub-resource that this server has never heard of changes
 * nothing.
 * @throws ServiceError NotImplemented, naming the method with what is in its query, or the header.
 */
export function detect(method: string, target: RequestTarget, headers: IncomingHttpHeaders): OssOperationName {
  // A browser asks about a request by its whole URL, sub-resources and signature included.
  if (method === 'OPTIONS') return 'OptionObject';
  const level = target.bucket === undefined ? 'service' : target.key === undefined ? 'bucket' : 'object';
  const copy = level === 'object' && method === 'PUT' && headers['x-oss-copy-source'] !== undefined;
  const named = new Set(target.query.map(([name]) => name).filter((name) => !common.has(name)));
  const candidates = routesOf(level, copy ? 'PUT+copy' : method);
  const route = candidates.find(
    ({ subresources, parameters }) =>
      [...subresources].every((name) => named.has(name)) &&
      [...named].every((name) => subresources.has(name) || parameters.has(name)),
  );
  if (route === undefined) {
    if (copy && named.has('uploadId')) throw notImplemented('UploadPartCopy');
    const plain = candidates.find(({ subresources }) => subresources.size === 0);
    const strange = [...named].filter((name) => !plain?.parameters.has(name)).sort();
    const subject = level === 'object' ? 'an object' : `the ${level}`;
    throw notImplemented(`${method} on ${subject}${strange.length > 0 ? ` with ?${shown(strange.join('&'))}` : ''}`);
  }
  const { operation } = route;
  for (const name of labelling.has(operation) ? [] : labelHeaders) {
    if (operation === 'PutObjectAcl' && name === 'x-oss-object-acl') continue;
    if (headers[name] !== undefined) throw notImplemented(`the request header ${name} on ${operation}`);
  }
  if (operation === 'ListObjectsV2' && parameter(target.query, 'list-type') !== '2') {
    throw invalidArgument('list-type must be 2.', { extra: { ArgumentName: 'list-type' } });
  }
  const unsupported = unsupportedHeaders.find((name) => headers[name] !== undefined);
  if (unsupported !== undefined) throw notImplemented(`the request header ${unsupported}: ${headers[unsupported]}`);
  return operation;
}

/** The start of a text that anybody may have written, so that a HEAD can answer it in a header. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text;
}
