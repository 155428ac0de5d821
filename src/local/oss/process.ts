// The value of x-oss-process: pipes of `image/…` or `style/NAME`, and at the end perhaps `sys/saveas,o_B64[,b_B64]`.
// https://www.alibabacloud.com/help/en/oss/user-guide/sys-or-saveas

import { notImplemented, refuse } from './error.js';
import { checkBucketName, checkKey, percentDecode } from './resolve.js';

/** What a process value asks for. `bucket` is undefined when `b_` is omitted: then it is the source's. */
export interface ProcessValue {
  pipes: string[];
  saveas: { key: string; bucket: string | undefined } | undefined;
}

/** https://alibabacloud.com/help/en/oss/support/0040-00000211 */
const maxPipes = 5;
const maxLength = 16 * 1024;

/**
 * The `x-oss-process=VALUE` of a POST body. SDKs send it raw or percent-encoded, under any Content-Type, and both work live,
 * so it is percent-decoded. A raw `+` stays a plus: whether live OSS makes a space of it is not known, and in the base64 that
 * some SDKs send unencoded only a plus makes sense.
 * @throws ServiceError InvalidRequest when there is no value, InvalidArgument when it cannot be decoded.
 */
export function processOfBody(body: Buffer): string {
  const pair = body
    .toString('latin1')
    .split('&')
    .find((part) => part.startsWith('x-oss-process='));
  const raw = pair?.slice('x-oss-process='.length).trim() ?? '';
  if (raw === '') throw refuse('InvalidRequest', { message: 'The body must be x-oss-process=VALUE.' });
  try {
    return percentDecode(raw);
  } catch (cause) {
    throw refuse('InvalidArgument', { message: 'The value of x-oss-process cannot be percent-decoded.', cause });
  }
}

/**
 * Takes a process value apart.
 * @throws ServiceError InvalidArgument, BadRequest (base64), InvalidObjectName, InvalidBucketName, TooManyPipe, NotImplemented
 */
export function parseProcess(value: string): ProcessValue {
  if (value.length > maxLength) {
    throw refuse('InvalidArgument', { message: 'The value of x-oss-process is too long.', ec: '0017-00000288' });
  }
  const parts = value.split('|');
  if (parts.length > maxPipes) throw refuse('TooManyPipe');
  const last = parts.at(-1) ?? '';
  const saveas = last.startsWith('sys/') ? parseSys(last) : undefined;
  const pipes = saveas ? parts.slice(0, -1) : parts;
  if (pipes.length === 0)
    throw refuse('InvalidArgument', { message: 'There is nothing to save: sys/saveas needs a process before it.' });
  for (const pipe of pipes) checkCategory(pipe);
  return { pipes, saveas };
}

function checkCategory(pipe: string): void {
  const [category = '', action = ''] = pipe.split(/[/,]/, 2);
  if (category === 'image' || category === 'style') return;
  if (['video', 'audio', 'doc', 'hls'].includes(category)) throw notImplemented(`the process ${category}/${action}`);
  throw refuse('InvalidArgument', { message: `operation not support post: ${pipe.split(',', 1)[0]}` });
}

function parseSys(part: string): ProcessValue['saveas'] {
  if (/^sys\/notify(?:,|$)|\/notify,topic_/.test(part)) throw notImplemented('sys/notify');
  const [name, ...args] = part.split(',');
  if (name !== 'sys/saveas') throw refuse('InvalidArgument', { message: `operation not support post: ${name}` });
  const values = new Map<string, string>();
  for (const arg of args) {
    const [, letter, encoded] = /^([ob])_(.*)$/s.exec(arg) ?? [];
    if (letter === undefined || encoded === undefined) {
      throw refuse('InvalidArgument', { message: `sys/saveas takes o_ and b_, not "${arg}".` });
    }
    values.set(letter, decodeBase64(encoded));
  }
  const key = values.get('o');
  if (key === undefined) throw refuse('InvalidArgument', { message: 'sys/saveas needs o_, the key to save as.' });
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
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(digits, 'base64'));
  } catch (cause) {
    throw refuse('InvalidObjectName', { cause });
  }
}
