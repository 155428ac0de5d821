// What OSS answers in a case: by its script, and by what was put, derived and deleted since it began.
import { Buffer } from 'node:buffer';
import { type Answer, etagOf, refusal, seenAs, xml } from './answer.js';
import { type Case, type ProcessMode, type Refusal, refusals } from './case.js';

/** A request as OSS understands it; `place` is `bucket/key`, and `query` what stands behind it. */
export interface Asked {
  readonly method: string;
  readonly place: string;
  readonly query: URLSearchParams;
  readonly ifNoneMatch?: string | undefined;
  readonly body: string;
}

export interface Oss {
  /** `reset`: the connection breaks. `silent`: no answer comes. */
  readonly answer: (asked: Asked, now: number) => Answer | 'reset' | 'silent';
  /** How derivatives are answered from now on. */
  readonly setMode: (mode: ProcessMode) => void;
  /** All that was put, by `bucket/key`. */
  readonly objects: Map<string, string>;
}

/** Keys on a page of a list, so that more than one page is asked for. */
const pageSize = 3;

const unavailable: Refusal = { status: 503, code: 'ServiceUnavailable' };
const denied: Refusal = { status: 403, code: 'AccessDenied' };

/** An OSS that holds nothing but the sources of a case. */
export function createOss({ sources, journalFault, mode: first }: Case): Oss {
  const objects = new Map<string, string>();
  /** When the derivatives were made. */
  const derivatives = new Map<string, number>();
  const looks = new Map<string, number>();
  let mode = first;

  function answer(asked: Asked, now: number): Answer | 'reset' | 'silent' {
    const { method, place, query, body } = asked;
    const call = method === 'GET' && query.has('list-type') ? 'LIST' : method;
    if (call === 'POST') return derive(place, body, now);
    if (call === journalFault && place.startsWith('photos-journal/')) {
      return refusal(call === 'GET' ? unavailable : denied);
    }
    if (call === 'LIST') return list(place, query);
    if (call === 'HEAD') return look(place, now);
    const text = objects.get(place);
    if (call === 'PUT') {
      objects.set(place, body);
      return { headers: { etag: etagOf(body) } };
    }
    if (call === 'DELETE') {
      objects.delete(place);
      derivatives.delete(place);
      return { status: 204 };
    }
    if (text === undefined) return refusal({ status: 404, code: 'NoSuchKey' });
    const headers = { etag: etagOf(text) };
    return asked.ifNoneMatch === headers.etag ? { status: 304, headers } : { headers, body: text };
  }

  function look(place: string, now: number): Answer | 'reset' {
    const text = objects.get(place);
    const made = text === undefined ? derivatives.get(place) : now;
    if (made !== undefined) {
      return seenAs({
        status: 200,
        etag: etagOf(place),
        modified: made,
        size: text === undefined ? 3267 : Buffer.byteLength(text),
      });
    }
    const sights = sources[place] ?? [];
    const nth = looks.get(place) ?? 0;
    looks.set(place, nth + 1);
    return seenAs(sights[Math.min(nth, sights.length - 1)]);
  }

  function derive(place: string, body: string, now: number): Answer | 'reset' | 'silent' {
    const [key = '', bucket = ''] = ['o', 'b'].map((name) => decoded(new RegExp(`,${name}_([\\w-]+)`).exec(body)?.[1]));
    const target = `${bucket}/${key}`;
    if (mode === 'reset' || mode === 'silent') return mode;
    if (mode === 'skewed') {
      mode = 'ok';
      const date = new Date(now + 3_600_000).toUTCString();
      return refusal({ status: 403, code: 'RequestTimeTooSkewed', headers: { date } });
    }
    if (mode in refusals) return refusal(refusals[mode as keyof typeof refusals]);
    if ((sources[place] ?? []).length === 0) return refusal({ status: 404, code: 'NoSuchKey' });
    // What OSS says nothing of is there in one case of two.
    if (mode !== 'empty' || target.length % 2 === 1) derivatives.set(target, now);
    const fileSize = 1000 + (target.length % 97) * 31;
    const saved = JSON.stringify({ bucket: '', fileSize, object: mode === 'other' ? 'another' : key, status: 'OK' });
    return { body: mode === 'empty' ? '' : mode === 'broken' ? saved.slice(0, 30) : saved };
  }

  function list(bucket: string, query: URLSearchParams): Answer {
    const begin = bucket + (query.get('prefix') ?? '');
    const after = bucket + (query.get('continuation-token') ?? '');
    const places = [...objects.keys()].filter((place) => place.startsWith(begin) && place > after).sort();
    const page = places.slice(0, pageSize);
    const contents = page.map((place) => {
      const text = objects.get(place) ?? '';
      const key = encodeURIComponent(place.slice(bucket.length));
      const modified = '2026-11-22T08:30:00.000Z';
      return `<Contents>${xml({ Key: key, LastModified: modified, ETag: etagOf(text), Size: Buffer.byteLength(text) })}</Contents>`;
    });
    const next = places.length > pageSize ? { NextContinuationToken: page.at(-1)?.slice(bucket.length) ?? '' } : {};
    const end = xml({ IsTruncated: places.length > pageSize, ...next });
    return { body: `<ListBucketResult>${contents.join('')}${end}</ListBucketResult>` };
  }

  return {
    answer,
    setMode(next) {
      mode = next;
    },
    objects,
  };
}

function decoded(base64url = ''): string {
  return Buffer.from(base64url, 'base64url').toString();
}
