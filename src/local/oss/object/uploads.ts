// The multipart uploads in progress. They are in memory, whatever the storage, so a restart loses them.

import { randomBytes } from 'node:crypto';
import { compareKeys } from '../../../rules/key-order.js';
import type { ObjectLabels } from '../storage/storage.js';

/** The largest number that a part may have. */
export const maxPartNumber = 10_000;

/** A part of an upload in progress. `etag` has no quotes; `modified` in ms. */
export interface UploadedPart {
  number: number;
  body: Buffer;
  etag: string;
  crc64: bigint;
  modified: number;
}

/** An upload in progress. `initiated` in ms. */
export interface MultipartUpload {
  id: string;
  bucketName: string;
  key: string;
  initiated: number;
  headers: Record<string, string>;
  labels: ObjectLabels;
  parts: Map<number, UploadedPart>;
}

/** The uploads in progress of one server. */
export interface MultipartUploads {
  /** Those of a bucket, by key, then by id. */
  of(bucketName: string): MultipartUpload[];
  start(upload: Omit<MultipartUpload, 'id' | 'parts'>): MultipartUpload;
  find(id: string): MultipartUpload | undefined;
  end(id: string): void;
}

/** A list without uploads. */
export function uploadsInProgress(): MultipartUploads {
  const uploads = new Map<string, MultipartUpload>();
  return {
    of: (bucketName) =>
      [...uploads.values()]
        .filter((upload) => upload.bucketName === bucketName)
        .sort((a, b) => compareKeys(a.key, b.key) || (a.id < b.id ? -1 : 1)),
    start: (what) => {
      const upload = {
        ...what,
        id: randomBytes(16).toString('hex').toUpperCase(),
        parts: new Map<number, UploadedPart>(),
      };
      uploads.set(upload.id, upload);
      return upload;
    },
    find: (id) => uploads.get(id),
    end: (id) => void uploads.delete(id),
  };
}

/** The parts of an upload by their numbers. */
export function partsInOrder(upload: MultipartUpload): UploadedPart[] {
  return [...upload.parts.values()].sort((a, b) => a.number - b.number);
}

/** How many bytes the parts of an upload have together, without the one of that number. */
export function sizeWithout(upload: MultipartUpload, number: number): number {
  const replaced = upload.parts.get(number)?.body.length ?? 0;
  return [...upload.parts.values()].reduce((sum, { body }) => sum + body.length, -replaced);
}
