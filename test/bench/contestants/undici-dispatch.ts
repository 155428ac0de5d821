// The least that undici can do the same two calls for: POST, then HEAD, by `dispatch` on clients that are each one
// connection, without a signature, a log or a check of the answer. Bundled with the parts of undici that the function's
// own bundle has, so that a cold start loads no more than that, and with the function's settings of V8.
import type { Client, Dispatcher } from 'undici';
import OneConnection from 'undici/lib/dispatcher/client.js';
import { contentType, endpoint, keyOf, objectPath, processBody, processPath } from './bare-request.js';

const idle: Client[] = [];

export async function handler(event: Buffer): Promise<{ saved: number }> {
  const client = idle.pop() ?? new OneConnection(endpoint);
  const key = keyOf(event);
  const headers = { 'content-type': contentType };
  const posted = await status(client, { method: 'POST', path: processPath(key), headers, body: processBody(key) });
  const looked = await status(client, { method: 'HEAD', path: objectPath(key), reset: false });
  idle.push(client);
  return { saved: posted === 200 && looked === 200 ? 1 : 0 };
}

function status(client: Client, request: Dispatcher.DispatchOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    let code = 0;
    client.dispatch(request, {
      // Marks the form of handler that has a controller.
      onRequestStart() {},
      onResponseStart(_, statusCode) {
        code = statusCode;
      },
      onResponseData() {},
      onResponseEnd: () => resolve(code),
      onResponseError: (_, error) => reject(error),
    });
  });
}
