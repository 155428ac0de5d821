import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { bodyChunks, ClientGone } from '../../../../src/local/oss/request/body.js';

it.each([
  ['before its body was complete', 10],
  ['once its body had been sent', 2],
])('says that the client has gone, %s', async (_, length) => {
  const ends: unknown[] = [];
  const server = createServer(async (request) => {
    // The body waits, unread, until the connection has ended.
    await once(request, 'error');
    const chunks = bodyChunks(request);
    const read = async () => {
      while (!(await chunks.next()).done);
    };
    ends.push(await read().catch((error: unknown) => error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\nab`);
  setTimeout(() => socket.resetAndDestroy(), 50);
  await expect.poll(() => ends.length).toBe(1);
  expect(ends[0]).toBeInstanceOf(ClientGone);
  server.close();
});
