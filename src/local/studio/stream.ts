// The activity as a stream of lines, each an entry as JSON, for a page that is open. A page that does not read, such as
// one in the background, is cut off, not kept in memory: it asks again, with the number of the last entry that it has.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity, Entry } from './activity.js';
import { safeHeaders } from './answer.js';

/** Bytes that may wait for a page, beside what was kept for it when it came. */
const mostWaiting = 4_000_000;
/** An empty line now and then tells a page that the server is there. Milliseconds. */
const beat = 10_000;

/** Sends what is kept after the number in `after`, then whatever happens. */
export function streamActivity(activity: Activity, request: IncomingMessage, response: ServerResponse): void {
  const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('after') ?? 0);
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
    ...safeHeaders,
  });
  const write = (entry: Entry) => response.write(`${JSON.stringify(entry)}\n`);
  response.write('\n');
  for (const entry of activity.since(Number.isSafeInteger(after) ? after : 0)) write(entry);
  const most = response.writableLength + mostWaiting;
  const send = (entry: Entry) => (response.writableLength > most ? response.destroy() : write(entry));
  const stop = activity.listen(send);
  const timer = setInterval(() => response.write('\n'), beat);
  response.once('close', () => {
    clearInterval(timer);
    stop();
  });
}
