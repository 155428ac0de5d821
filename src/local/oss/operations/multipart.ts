// Multipart upload: initiate, upload parts, complete or abort.
// https://www.alibabacloud.com/help/en/oss/developer-reference/initiatemultipartupload

import { createHash } from 'node:crypto';
import { encoder, encodingType } from '../answer/listing.js';
import {
  authorize,
  numberParameter,
  type OssCall,
  type OssOperations,
  requireBucket,
  requireUpload,
  xmlReply,
} from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { combineCrc64, crc64 } from '../object/crc64.js';
import { contentHeaders, forbidsOverwrite, objectHeaders, storedHeaders } from '../object/headers.js';
import { requestedLabels } from '../object/labels.js';
import { checkOverwrite, report, storeObject } from '../object/store.js';
import {
  type MultipartUpload,
  maxPartNumber,
  partsInOrder,
  sizeWithout,
  type UploadedPart,
} from '../object/uploads.js';
import { contentMd5, etagOf, readXml } from '../request/body.js';
import { objectUrl } from '../request/endpoints.js';
import { childText } from '../xml.js';

/** Every part but the last: https://www.alibabacloud.com/help/en/oss/developer-reference/completemultipartupload */
const minPartSize = 100 * 1024;

export const multipartOperations = {
  async InitiateMultipartUpload(call) {
    const { bucketName, key, service } = call;
    authorize(call, 'oss:PutObject');
    requireBucket(call);
    const names = addressed(call);
    refuseOverwrite(call);
    const headers = objectHeaders(call.headers);
    const labels = requestedLabels(call);
    await call.body(64 * 1024);
    requireBucket(call);
    const upload = service.uploads.start({ bucketName, key, initiated: service.now(), headers, labels });
    report(call, 'ObjectCreated:InitiateMultipartUpload', { size: 0, etag: '' });
    return xmlReply('InitiateMultipartUploadResult', { ...names, UploadId: upload.id });
  },

  async UploadPart(call) {
    authorize(call, 'oss:PutObject');
    const number = numberParameter(call, 'partNumber', 0, 1, maxPartNumber);
    if (number === 0) throw invalidArgument('partNumber is missing.', { extra: { ArgumentName: 'partNumber' } });
    const body = await call.body(roomFor(call, number));
    const part = { number, body, etag: etagOf(body), crc64: crc64(body), modified: call.service.now() };
    await call.beforeStore?.();
    if (body.length > roomFor(call, number)) throw refuse('EntityTooLarge');
    requireUpload(call).parts.set(number, part);
    report(call, 'ObjectCreated:UploadPart', { size: body.length, etag: part.etag });
    return { status: 200, headers: { ...contentHeaders(part), 'Content-MD5': contentMd5(part.etag) } };
  },

  async CompleteMultipartUpload(call) {
    const { bucketName, key, service } = call;
    authorize(call, 'oss:PutObject');
    const names = addressed(call);
    refuseOverwrite(call);
    const own = requestedLabels(call);
    const xml = await call.body(4 * 1024 * 1024);
    const upload = requireUpload(call);
    const all = call.headers['x-oss-complete-all']?.toString().toLowerCase() === 'yes';
    if (all && xml.length > 0) {
      // Live writes "speficy", and the tests of its SDKs compare it.
      const message = 'Should not speficy both complete all header and http body.';
      throw invalidArgument(message, { ec: '0042-00000216' });
    }
    const parts = chooseParts(upload, all ? partsInOrder(upload) : readParts(xml));
    const body = Buffer.concat(parts.map((part) => part.body));
    const digests = createHash('md5').update(parts.map((part) => part.etag).join(''), 'hex');
    const object = await storeObject(call, {
      body,
      etag: `${digests.digest('hex').toUpperCase()}-${parts.length}`,
      crc64: combineCrc64(parts.map((part) => ({ crc64: part.crc64, length: part.body.length }))),
      headers: upload.headers,
      labels: { ...upload.labels, ...own },
      type: 'Multipart',
      event: 'ObjectCreated:CompleteMultipartUpload',
      forbidOverwrite: forbidsOverwrite(call.headers),
      // Another request may have completed or aborted the upload in the meantime.
      check: () => void requireUpload(call),
      stored: () => service.uploads.end(upload.id),
    });
    const Location = objectUrl(service.region, bucketName, key);
    const ETag = `"${object.etag}"`;
    return xmlReply('CompleteMultipartUploadResult', { Location, ...names, ETag }, storedHeaders(call, object));
  },

  async AbortMultipartUpload(call) {
    authorize(call, 'oss:AbortMultipartUpload');
    call.service.uploads.end(requireUpload(call).id);
    report(call, 'ObjectRemoved:AbortMultipartUpload', { size: 0, etag: '' });
    return { status: 204 };
  },
} satisfies OssOperations;

/** How the answers name what was addressed. */
function addressed(call: OssCall) {
  return { Bucket: call.bucketName, EncodingType: encodingType(call), Key: encoder(call)(call.key) };
}

/** How many bytes the part of that number may have: the whole must be an object in the end. */
function roomFor(call: OssCall, number: number): number {
  return call.service.maxObjectSize - sizeWithout(requireUpload(call), number);
}

function refuseOverwrite(call: OssCall): void {
  const existing = call.service.storage.object(call.bucketName, call.key);
  if (forbidsOverwrite(call.headers)) checkOverwrite(requireBucket(call), existing);
}

/** A part as a request names it. */
type NamedPart = Pick<UploadedPart, 'number' | 'etag'>;

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

/** The parts that are named; without any, the object is empty. @throws InvalidPart, InvalidPartOrder */
function chooseParts(upload: MultipartUpload, named: readonly NamedPart[]): UploadedPart[] {
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
