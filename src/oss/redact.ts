// Cuts credentials, tokens and signatures out of text that another party wrote, before it reaches an error or a log.
import { Buffer } from 'node:buffer';
import type { WireAnswer } from './connection.js';
import type { Credentials } from './sign.js';

// The forms of access key ids, STS tokens and signatures, for secrets that the caller does not know.
const shapes = [
  /\b(?:LTAI|STS\.)[\w.-]{8,}/g,
  /\b(?:signature|security-?token|secret|password)\b["']?\s*[:=]\s*["']?[^\s"'&,<]+/gi,
  /[A-Za-z0-9+/=_%-]{64,}/g,
];

/**
 * `text` with `***` in place of each of the `secrets`, in clear or encoded, and of whatever has the form of a secret.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, '***');
  }
  for (const shape of shapes) clean = clean.replace(shape, '***');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression removes them
  return clean.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}

function formsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  // Unpadded, so that it is found with and without the padding.
  const encoded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')];
  return new Set([secret, encodeURIComponent(secret), secret.replaceAll('&', '&amp;'), ...encoded]);
}

/** The request id is the one header that is logged: whoever answers must not be able to put a secret there. */
export function withoutEcho(answer: WireAnswer, secrets: readonly string[]): WireAnswer {
  const requestId = answer.headers['x-oss-request-id'];
  if (requestId === undefined || redact(String(requestId), secrets) === String(requestId)) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-oss-request-id': undefined } };
}

const idOfOss = /^[0-9A-F]{24}$/;

/** Whether the request id has the form that OSS gives it. */
export function hasIdOfOss({ headers }: WireAnswer): boolean {
  const id = headers['x-oss-request-id'];
  return typeof id === 'string' && idOfOss.test(id);
}

/**
 * Whether a request id of that form can hold none of them: not in clear, for a character that such an id has not, and
 * not encoded, since base64 makes 26 characters of 19. It is too short for a signature, too.
 */
export function areUnlikeIds({ accessKeyId, accessKeySecret, securityToken }: Credentials): boolean {
  return isUnlikeIds(accessKeyId) && isUnlikeIds(accessKeySecret) && (!securityToken || isUnlikeIds(securityToken));
}

function isUnlikeIds(secret: string): boolean {
  return secret.length > 18 && /[^0-9A-F]/.test(secret);
}
