// Multipart upload: initiate, upload parts, complete or abort.
// https://www.alibabacloud.com/help/en/oss/developer-reference/initiatemultipartupload

import { createHash } from 'node:crypto';
import { md5, readXml } from '../body.js';
import { authorize, type Call, numberParameter, type Operation, requireBucket, requireUpload } from '../call.js';
import { refuse } from '../error.js';
import { forbidsOverwrite, objectHeaders, report, storeObject } from '../store.js';
import type { Part, Upload } from '../uploads.js';
import { childText, toXml, type XmlNode } from '../xml.js';

const maxPartNumber = 10_000;

/** Every part but the last: https://www.alibabacloud.com/help/en/oss/developer-reference/completemultipartupload */
const minPartSize = 100 * 1024;

export const initiateMultipartUpload: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  requireBucket(call);
  forbid(call);
  const headers = { 'content-type': 'application/octet-stream', ...objectHeaders(call.headers) };
  await call.body(64 * 1024);
  const upload = service.uploads.start({ bucketName, key, initiated: service.now(), headers });
  report(call, 'ObjectCreated:InitiateMultipartUpload', { bucketName, key, size: 0, formerSize: 0, etag: '' });
  const body = toXml([
    'InitiateMultipartUploadResult',
    [
      ['Bucket', bucketName],
      ['Key', key],
      ['UploadId', upload.id],
    ],
  ]);
  return { status: 200, body };
};

export const uploadPart: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  const number = numberParameter(call, 'partNumber', 0, 1, maxPartNumber);
  if (number === 0)
    throw refuse('InvalidArgument', { message: 'partNumber is missing.', extra: { ArgumentName: 'partNumber' } });
  requireUpload(call);
  const body = await call.body();
  const digest = md5(body);
  const etag = digest.toString('hex').toUpperCase();
  await call.beforeStore?.();
  requireUpload(call).parts.set(number, { body, etag, modified: service.now() });
  report(call, 'ObjectCreated:UploadPart', { bucketName, key, size: body.length, formerSize: 0, etag });
  return { status: 200, headers: { ETag: `"${etag}"`, 'Content-MD5': digest.toString('base64') } };
};

export const completeMultipartUpload: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:PutObject', bucketName, key);
  forbid(call);
  const xml = await call.body(4 * 1024 * 1024);
  const upload = requireUpload(call);
  const named =
    call.headers['x-oss-complete-all']?.toString().toLowerCase() === 'yes' ? allParts(upload) : readParts(xml);
  const parts = choose(upload, named);
  const body = Buffer.concat(parts.map((part) => part.body));
  if (body.length > service.maxObjectSize) throw refuse('EntityTooLarge');
  const digests = createHash('md5').update(parts.map((part) => part.etag).join(''), 'hex');
  const object = await storeObject(call, {
    bucketName,
    key,
    body,
    etag: `${digests.digest('hex').toUpperCase()}-${parts.length}`,
    headers: upload.headers,
    type: 'Multipart',
    event: 'ObjectCreated:CompleteMultipartUpload',
    forbidOverwrite: forbidsOverwrite(call.headers),
    // Completed or aborted by somebody else in the meantime.
    unless: () => void requireUpload(call),
  });
  service.uploads.end(upload.id);
  const location = `http://${bucketName}.oss-${service.region}.aliyuncs.com/${encodeURIComponent(key)}`;
  const answer: XmlNode[] = [
    ['Location', location],
    ['Bucket', bucketName],
    ['Key', key],
    ['ETag', `"${object.etag}"`],
  ];
  return { status: 200, headers: { ETag: `"${object.etag}"` }, body: toXml(['CompleteMultipartUploadResult', answer]) };
};

export const abortMultipartUpload: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:AbortMultipartUpload', bucketName, key);
  const upload = requireUpload(call);
  service.uploads.end(upload.id);
  report(call, 'ObjectRemoved:AbortMultipartUpload', { bucketName, key, size: 0, formerSize: 0, etag: '' });
  return { status: 204 };
};

function forbid(call: Call): void {
  const { storage } = call.service;
  if (forbidsOverwrite(call.headers) && storage.object(call.bucketName, call.key)) throw refuse('FileAlreadyExists');
}

interface NamedPart {
  number: number;
  etag: string;
}

function allParts(upload: Upload): NamedPart[] {
  return [...upload.parts].sort(([a], [b]) => a - b).map(([number, { etag }]) => ({ number, etag }));
}

function readParts(xml: Buffer): NamedPart[] {
  const root = readXml(xml, 'CompleteMultipartUpload');
  return root.children
    .filter(({ name }) => name === 'Part')
    .map((part) => {
      const number = Number(childText(part, 'PartNumber') || Number.NaN);
      const etag = childText(part, 'ETag')?.replace(/^"|"$/g, '').toUpperCase();
      if (!Number.isInteger(number) || etag === undefined) throw refuse('MalformedXML');
      return { number, etag };
    });
}

function choose(upload: Upload, named: readonly NamedPart[]): Part[] {
  if (named.length === 0) throw refuse('MalformedXML', { message: 'There are no parts to complete the upload with.' });
  return named.map(({ number, etag }, index) => {
    if (number <= (named[index - 1]?.number ?? 0)) throw refuse('InvalidPartOrder');
    const part = upload.parts.get(number);
    if (part?.etag !== etag) throw refuse('InvalidPart', { extra: { PartNumber: String(number), ETag: etag } });
    if (part.body.length < minPartSize && index < named.length - 1) {
      throw refuse('InvalidPart', { message: `Every part but the last must have at least ${minPartSize} bytes.` });
    }
    return part;
  });
}
