// undici as its documentation uses it: a pool, `request`, the answer's body as JSON. One POST an event.
import { Pool } from 'undici';
import { contentType, endpoint, keyOf, processBody, processPath } from './bare-request.js';

let pool: Pool | undefined;

export async function handler(event: Buffer): Promise<{ saved: number }> {
  pool ??= new Pool(endpoint);
  const key = keyOf(event);
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: processPath(key),
    headers: { 'content-type': contentType },
    body: processBody(key),
  });
  await body.json();
  return { saved: statusCode === 200 ? 1 : 0 };
}
