// A call of the studio's interface: its query and its JSON body, checked before a route sees them.
import type { IncomingMessage } from 'node:http';
import { type GenericSchema, type InferOutput, safeParse } from 'valibot';
import { StudioMistake } from './mistake.js';

export interface StudioCall {
  readonly query: URLSearchParams;
  /** Undefined where none was sent. */
  readonly body: unknown;
}

/** What a route returns is sent as JSON. */
export type StudioRoute = (call: StudioCall) => Promise<unknown>;

/** By method and path below `/-/api/`, e.g. `POST sign`. */
export type StudioRoutes = Readonly<Record<string, StudioRoute>>;

/** A configuration has at most 1 MB; with room for its JSON as a text. */
const maxBytes = 4_000_000;

/** @throws {StudioMistake} when the body is too large, no JSON, or with a text that is no Unicode */
export async function readCall(request: IncomingMessage): Promise<StudioCall> {
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new StudioMistake('tooLarge', `A call has at most ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  if (size === 0) return { query, body: undefined };
  try {
    return { query, body: JSON.parse(Buffer.concat(chunks).toString('utf8'), checked) };
  } catch (cause) {
    if (cause instanceof StudioMistake) throw cause;
    throw new StudioMistake('invalid', 'The body of the call is not JSON.', { cause });
  }
}

/** Half of a surrogate pair cannot be sent to OSS: https://www.rfc-editor.org/rfc/rfc8259#section-8.2 */
function checked(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/\p{Surrogate}/u.test(value)) return value;
  throw new StudioMistake('invalid', 'A text of the call holds half of a surrogate pair.');
}

/** A route that takes a body of this form. @throws {StudioMistake} for any other */
export function withBody<Schema extends GenericSchema>(
  schema: Schema,
  run: (body: InferOutput<Schema>) => Promise<unknown>,
): StudioRoute {
  return async ({ body }) => {
    const parsed = safeParse(schema, body);
    if (parsed.success) return run(parsed.output);
    const [issue] = parsed.issues;
    const at = issue.path?.map(({ key }) => String(key)).join('.') ?? 'body';
    throw new StudioMistake('invalid', `${at}: ${issue.message}`);
  };
}
