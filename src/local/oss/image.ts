// Running a process value on an object: named styles are looked up, the pipes run one after the other.

import { authorize, type Call, type ProcessImage } from './call.js';
import { refuse, ServiceError } from './error.js';
import type { StoredObject } from './storage/storage.js';

/**
 * The result of `pipes` on an object, whose bytes are read once, now.
 * @throws ServiceError NoSuchStyle, InvalidArgument, and whatever the image pipeline refuses.
 */
export async function processObject(
  call: Call,
  source: { bucketName: string; object: StoredObject },
  pipes: readonly string[],
  saving: boolean,
): Promise<Awaited<ReturnType<ProcessImage>>> {
  const { storage, processImage, immBound } = call.service;
  const { bucketName, object } = source;
  const styles = pipes.map((pipe) => expandStyle(call, bucketName, pipe));
  const readObject = async (key: string) => {
    authorize(call, 'oss:GetObject', bucketName, key);
    return storage.object(bucketName, key) && (await storage.read(bucketName, key));
  };
  let result = { body: await storage.read(bucketName, object.key), contentType: '' };
  for (const style of styles) {
    try {
      result = await processImage(result.body, style, { readObject, immBound, saving });
    } catch (error) {
      throw refusal(error);
    }
  }
  return result;
}

/** A named style belongs to the bucket of the source (https://help.aliyun.com/en/oss/user-guide/image-styles). */
function expandStyle(call: Call, bucketName: string, pipe: string): string {
  if (!pipe.startsWith('style/')) return pipe;
  const name = pipe.slice('style/'.length);
  const style = call.service.storage.bucket(bucketName)?.styles.find((known) => known.name === name);
  if (!style) throw refuse('NoSuchStyle', { extra: { StyleName: name } });
  return style.content;
}

/** The pipeline's own errors, recognised by what they carry: a 4xx or 501 status with a code. Anything else is a bug. */
function refusal(error: unknown): unknown {
  if (error instanceof ServiceError || !(error instanceof Error)) return error;
  const { status, code, ec } = error as Error & { status?: unknown; code?: unknown; ec?: unknown };
  if (typeof status !== 'number' || typeof code !== 'string' || status < 400 || status > 599) return error;
  return new ServiceError(status, code, error.message, { cause: error, ...(typeof ec === 'string' && { ec }) });
}
