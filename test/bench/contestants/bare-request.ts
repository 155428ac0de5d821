// The request that the bare HTTP clients send for each event: the POST of one derivative, without a signature.
import { source, styleOf, targetBucket, targetKey } from './upload.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

export const endpoint = process.env['OSS_ENDPOINT'] ?? '';

export const contentType = 'application/x-www-form-urlencoded';

export function keyOf(event: Buffer): string {
  const { events } = JSON.parse(event.toString()) as { events: [{ oss: { object: { key: string } } }] };
  return events[0].oss.object.key;
}

export const objectPath = (key: string): string => `/${source.bucket}/${key}`;

export const processPath = (key: string): string => `${objectPath(key)}?x-oss-process`;

export function processBody(key: string): string {
  const saveAs = `sys/saveas,o_${base64(targetKey(key, 0))},b_${base64(targetBucket)}`;
  return `x-oss-process=${styleOf(0)}|${saveAs}`;
}
