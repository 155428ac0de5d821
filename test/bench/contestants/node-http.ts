// Node's own client with an agent that keeps connections alive. One POST an event.
import * as http from 'node:http';
import * as https from 'node:https';
import { contentType, endpoint, keyOf, processBody, processPath } from './bare-request.js';

const { Agent, request } = endpoint.startsWith('https:') ? https : http;
const agent = new Agent({ keepAlive: true });

export async function handler(event: Buffer): Promise<{ saved: number }> {
  const key = keyOf(event);
  const body = processBody(key);
  const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  const [status, text] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    request(`${endpoint}${processPath(key)}`, { method: 'POST', agent, headers }, (response) => {
      let read = '';
      response.setEncoding('utf8').on('data', (chunk) => (read += chunk));
      response.on('end', () => resolve([response.statusCode, read])).on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
  JSON.parse(text);
  return { saved: status === 200 ? 1 : 0 };
}
