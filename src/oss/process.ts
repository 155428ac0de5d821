// ProcessObject with sys/saveas: the body of the request, and what its answer means. The call itself is in save-as.ts.
// https://www.alibabacloud.com/help/en/oss/user-guide/sys-or-saveas
import { Buffer } from 'node:buffer';
import { hasBrace, maxRuleStyleLength, strayInStyle } from '../rules/oss-limits.js';
import { header, record, unexpectedAnswer } from './answer.js';
import type { WireAnswer } from './connection.js';
import { checkBucket, checkKey } from './endpoint.js';
import { notSent } from './error.js';
import type { ObjectName } from './object-name.js';

/**
 * The exact body that asks for `style` and saves the result as `target`. OSS decodes the body as a form, so the value
 * keeps to characters that mean themselves in one, but for the `+` that a base64 text may hold: it goes as `%2B`, as
 * OSS takes it from ali-oss. o_ and b_ are base64url without padding.
 *
 * @throws OssError see `checkProcess`
 */
export function processBody({ style, target }: ToProcess): string {
  checkProcess({ style, target });
  return `x-oss-process=${style.replaceAll('+', '%2B')}|sys/saveas,o_${base64url(target.key)},b_${base64url(target.bucket)}`;
}

interface ToProcess {
  readonly style: string;
  readonly target: ObjectName;
}

/** @throws OssError kind `permanent`: a style that could ask for more than a style, a target that OSS would change */
export function checkProcess({ style, target }: ToProcess): void {
  if (style === '' || style.length > maxRuleStyleLength || strayInStyle.test(style) || style.includes('sys/')) {
    throw notSent(
      'permanent',
      'InvalidArgument',
      `style ${JSON.stringify(style.slice(0, 200))} is no image/… or style/NAME`,
    );
  }
  checkBucket(target.bucket);
  checkKey(target.key);
  if (hasBrace(target.key)) {
    throw notSent(
      'permanent',
      'InvalidObjectName',
      `target key ${JSON.stringify(target.key.slice(0, 200))} holds { or }`,
    );
  }
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/**
 * What a 2xx answer says: the bytes saved, or `empty` when it says nothing.
 *
 * @throws OssError `UnexpectedResponse`: it does not say that `target` was saved
 */
export function processResult(answer: WireAnswer, target: ObjectName): { readonly bytes?: number } | 'empty' {
  if (answer.body.length === 0) return 'empty';
  const fail = (why: string, kind: 'permanent' | 'transient' = 'permanent') =>
    unexpectedAnswer(answer, why, { kind, confirmed: kind === 'permanent' });
  let json: unknown;
  try {
    json = JSON.parse(answer.body.toString('utf8'));
  } catch {
    // Without a length, a body that broke off looks like a complete one.
    const framed = header(answer, 'content-length') ?? header(answer, 'transfer-encoding');
    if (framed === undefined && !answer.truncated) throw fail('the answer broke off', 'transient');
    throw fail('the answer is no JSON');
  }
  const { status, object, bucket, fileSize } = record(json) ?? {};
  if (status !== 'OK') throw fail('the status is not OK');
  if (object !== target.key) throw fail('the answer names another object');
  // It is empty where OSS took the bucket from the source.
  if (bucket !== undefined && bucket !== '' && bucket !== target.bucket) throw fail('the answer names another bucket');
  return typeof fileSize === 'number' && Number.isSafeInteger(fileSize) && fileSize >= 0 ? { bytes: fileSize } : {};
}
