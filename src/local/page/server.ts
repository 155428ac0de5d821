// How the page speaks with the server that it was loaded from: the studio's own interface, with the page's token, and
// OSS's, with addresses that the studio signs.
import type { Entry } from '../studio/activity.js';

/** The server has said no, or nothing. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  constructor(
    /** The studio's or OSS's; `offline` where there was no answer. */
    readonly code: string,
    message: string,
    /** OSS's number of the cause. */
    readonly ec?: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const token = document.querySelector<HTMLMetaElement>('meta[name=studio-token]')?.content ?? '';

/** Calls the studio: GET without a body, POST with one. @throws {ServerError} */
export async function call<Answer>(name: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const response = await answered(
    fetch(`api/${name}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-studio-token': token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    }),
    signal,
  );
  const answer: unknown = await answered(response.json(), signal);
  if (response.ok) return answer as Answer;
  const { code, message } = answer as { code: string; message: string };
  throw new ServerError(code, message);
}

/** A request of OSS for one object. */
export interface ObjectRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'HEAD';
  readonly bucket: string;
  readonly key: string;
  readonly contentType?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** The address at which the page, or a picture in it, can send this request within an hour. @throws {ServerError} */
export async function signed(request: ObjectRequest, signal?: AbortSignal): Promise<string> {
  const { url } = await call<{ url: string }>('sign', request, signal);
  return url;
}

/** Sends the request to OSS. @throws {ServerError} with OSS's code, message and EC */
export async function askOss(request: ObjectRequest, body?: Blob, signal?: AbortSignal): Promise<Response> {
  const url = await signed(request, signal);
  const init = {
    method: request.method,
    ...(request.contentType !== undefined && { headers: { 'Content-Type': request.contentType } }),
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  };
  const response = await answered(fetch(url, init), signal);
  if (response.ok) return response;
  throw refusalIn(response.status, await answered(response.text(), signal));
}

/** What OSS has said no with. The answer to a HEAD has no body: a browser's parser would complain in the console. */
export function refusalIn(status: number, body: string): ServerError {
  if (!body.startsWith('<')) return new ServerError(String(status), '');
  const xml = new DOMParser().parseFromString(body, 'application/xml');
  const text = (name: string) => xml.querySelector(name)?.textContent ?? undefined;
  return new ServerError(text('Code') ?? String(status), text('Message') ?? '', text('EC'));
}

/**
 * Hears of what happens in the embedded cloud until `signal` ends it: `hear` gets the entries that have come together,
 * in order; `state` whether the server answers, and `stale` when it is another one, whose token this page has not.
 */
export async function follow(
  hear: (entries: readonly Entry[]) => void,
  state: (state: 'live' | 'offline' | 'stale') => void,
  signal: AbortSignal,
): Promise<void> {
  let last = 0;
  while (!signal.aborted) {
    try {
      const response = await fetch(`api/events?after=${last}`, { headers: { 'x-studio-token': token }, signal });
      if (response.status === 403) return state('stale');
      state('live');
      let rest = '';
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value = '' } = (await reader?.read()) ?? { done: true };
        if (done) break;
        const lines = (rest + value).split('\n');
        rest = lines.pop() ?? '';
        const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
        last = entries.at(-1)?.number ?? last;
        if (entries.length > 0) hear(entries);
      }
    } catch {
      if (signal.aborted) return;
    }
    state('offline');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** An answer, or its body: the server can end before either. @throws {ServerError} */
export async function answered<Part>(part: Promise<Part>, signal?: AbortSignal): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ServerError('offline', 'The server does not answer.', undefined, { cause });
  }
}
