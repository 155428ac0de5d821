// What OSS tells of one object: its headers by HEAD, and its tags.
import type { ObjectName } from '../object-name.js';
import { answered, askOss } from '../server.js';

type Pairs = readonly (readonly [name: string, value: string])[];

export interface Details {
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** Those that are about the object, not about the answer. */
  readonly headers: Pairs;
  readonly tags: Pairs;
}

const ofAnswer = new Set([
  'accept-ranges',
  'connection',
  'content-length',
  'content-security-policy',
  'date',
  'keep-alive',
  'server',
  'vary',
  'x-content-type-options',
  'x-oss-request-id',
  'x-oss-server-time',
]);

/** @throws {ServerError} with the code 404 where there is no such object: the answer to a HEAD has no other */
export async function readDetails({ bucket, key }: ObjectName, signal: AbortSignal): Promise<Details> {
  const { headers } = await askOss({ method: 'HEAD', bucket, key }, undefined, signal);
  return {
    size: Number(headers.get('content-length')),
    type: headers.get('content-type') ?? '',
    headers: [...headers].filter(([name]) => !ofAnswer.has(name)),
    tags: headers.has('x-oss-tagging-count') ? await readTags({ bucket, key }, signal) : [],
  };
}

async function readTags({ bucket, key }: ObjectName, signal: AbortSignal): Promise<Pairs> {
  const answer = await askOss({ method: 'GET', bucket, key, query: { tagging: '' } }, undefined, signal);
  const xml = new DOMParser().parseFromString(await answered(answer.text(), signal), 'application/xml');
  const text = (tag: Element, name: string) => tag.querySelector(name)?.textContent ?? '';
  return [...xml.querySelectorAll('Tag')].map((tag) => [text(tag, 'Key'), text(tag, 'Value')]);
}
