// Reads the value of x-oss-process, and runs it on an object. The value is pipes of `image/…` or `style/NAME`, and at
// the end perhaps `sys/saveas,o_B64[,b_B64]`.
// Only the newest version of an object can be processed: https://help.aliyun.com/en/oss/user-guide/image-processing-faq
// https://www.alibabacloud.com/help/en/oss/user-guide/sys-or-saveas

import { authorize, type OssCall, type ProcessImage } from '../call.js';
import { invalidArgument, notImplemented, refuse, ServiceError } from '../error.js';
import { percentDecode, utf8 } from '../request/percent.js';
import { checkBucketName, checkKey } from '../request/resolve.js';
import type { StoredObject } from '../storage/storage.js';

/** A process value, read. `bucket` is undefined when `b_` is omitted: then it is the source's. */
export interface ProcessValue {
  pipes: string[];
  saveas: { key: string; bucket: string | undefined } | undefined;
}

/** https://alibabacloud.com/help/en/oss/support/0040-00000211 */
const maxPipes = 5;
const maxLength = 16 * 1024;

/**
 * The `x-oss-process=VALUE` of a POST body. SDKs send it raw or percent-encoded, under any Content-Type, and both work
 * live, so it is percent-decoded. A raw `+` stays a plus: whether live OSS makes a space of it is not known, and in the
 * base64 that some SDKs send unencoded only a plus makes sense.
 * @throws ServiceError InvalidRequest when there is no value, InvalidArgument when it cannot be decoded.
 */
export function processOfBody(body: Buffer): string {
  const pair = body
    .toString('latin1')
    .split('&')
    .find((part) => part.startsWith('x-oss-process='));
  const raw = pair?.slice('x-oss-process='.length).trim() ?? '';
  if (raw === '') throw refuse('InvalidRequest', { message: 'The body must be x-oss-process=VALUE.' });
  const message = 'The value of x-oss-process cannot be percent-decoded.';
  return percentDecode(raw, (cause) => invalidArgument(message, { cause }));
}

/**
 * Reads a process value.
 * @throws ServiceError InvalidArgument, BadRequest (base64), InvalidObjectName, InvalidBucketName, TooManyPipe,
 * NotImplemented
 */
export function parseProcess(value: string): ProcessValue {
  if (value.length > maxLength) {
    throw invalidArgument('The value of x-oss-process is too long.', { ec: '0017-00000288' });
  }
  const parts = value.split('|');
  if (parts.length > maxPipes) throw refuse('TooManyPipe');
  const last = parts.at(-1) ?? '';
  const saveas = last.startsWith('sys/') ? parseSys(last) : undefined;
  const pipes = saveas ? parts.slice(0, -1) : parts;
  if (pipes.length === 0) throw invalidArgument('There is nothing to save: sys/saveas needs a process before it.');
  for (const pipe of pipes) checkCategory(pipe);
  return { pipes, saveas };
}

function checkCategory(pipe: string): void {
  const [category = '', action = ''] = pipe.split(/[/,]/, 2);
  if (category === 'image' || category === 'style') return;
  if (['video', 'audio', 'doc', 'hls'].includes(category)) throw notImplemented(`the process ${category}/${action}`);
  throw invalidArgument(`operation not support post: ${pipe.split(',', 1)[0]}`);
}

function parseSys(part: string): ProcessValue['saveas'] {
  if (/^sys\/notify(?:,|$)|\/notify,topic_/.test(part)) throw notImplemented('sys/notify');
  const [name, ...args] = part.split(',');
  if (name !== 'sys/saveas') throw invalidArgument(`operation not support post: ${name}`);
  const values = new Map<string, string>();
  for (const arg of args) {
    const [, letter, encoded] = /^([ob])_(.*)$/s.exec(arg) ?? [];
    if (letter === undefined || encoded === undefined) {
      throw invalidArgument(`sys/saveas takes o_ and b_, not "${arg}".`);
    }
    values.set(letter, decodeBase64(encoded));
  }
  const key = values.get('o');
  if (key === undefined) throw invalidArgument('sys/saveas needs o_, the key to save as.');
  const bucket = values.get('b');
  if (/[{}]/.test(key) || /[{}]/.test(bucket ?? '')) throw notImplemented('variables in braces in sys/saveas');
  checkKey(key);
  if (bucket !== undefined) checkBucketName(bucket);
  return { key, bucket };
}

/**
 * Base64 in the URL-safe alphabet or the standard one, padded or not: live OSS takes all four.
 * @throws ServiceError BadRequest, or InvalidObjectName when the bytes are not UTF-8.
 */
function decodeBase64(text: string): string {
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(text) ?? [];
  const right = digits.length + padding.length === text.length && digits.length % 4 !== 1;
  if (!right || (padding !== '' && text.length % 4 !== 0)) {
    throw refuse('BadRequest', { message: 'Input is not base64 decoding.' });
  }
  return utf8(Buffer.from(digits, 'base64'), (cause) => refuse('InvalidObjectName', { cause }));
}

/**
 * The result of `pipes` on an object of a bucket, one after the other. The object's bytes are read once, now.
 * @throws ServiceError NoSuchStyle, InvalidArgument, and whatever the image pipeline refuses.
 */
export async function processObject(
  call: OssCall,
  { bucketName, object }: { bucketName: string; object: StoredObject },
  pipes: readonly string[],
  saving: boolean,
): ReturnType<ProcessImage> {
  const { storage, processImage, immBound, avifByPost } = call.service;
  const advancedCompression = call.operation !== 'ProcessObject' || avifByPost;
  const styles = pipes.map((pipe) => expandStyle(call, bucketName, pipe));
  const readObject = async (key: string) => {
    authorize(call, 'oss:GetObject', bucketName, key);
    return storage.object(bucketName, key) && (await storage.read(bucketName, key));
  };
  let result = { body: await storage.read(bucketName, object.key, object.versionId), contentType: '' };
  for (const style of styles) {
    try {
      result = await processImage(result.body, style, { readObject, immBound, saving, advancedCompression });
    } catch (error) {
      throw asServiceError(error);
    }
  }
  return result;
}

/** A named style belongs to the bucket of the source (https://help.aliyun.com/en/oss/user-guide/image-styles). */
function expandStyle(call: OssCall, bucketName: string, pipe: string): string {
  if (!pipe.startsWith('style/')) return pipe;
  const name = pipe.slice('style/'.length);
  const style = call.service.storage.bucket(bucketName)?.styles.find((known) => known.name === name);
  if (!style) throw refuse('NoSuchStyle', { extra: { StyleName: name } });
  return style.content;
}

/**
 * The pipeline's own errors are recognised by what they carry: a 4xx or 5xx status with a code. Anything else is a bug.
 */
function asServiceError(error: unknown): unknown {
  if (error instanceof ServiceError || !(error instanceof Error)) return error;
  const { status, code, ec } = error as Error & { status?: unknown; code?: unknown; ec?: unknown };
  if (typeof status !== 'number' || typeof code !== 'string' || status < 400 || status > 599) return error;
  return new ServiceError(status, code, error.message, { cause: error, ec: typeof ec === 'string' ? ec : undefined });
}
