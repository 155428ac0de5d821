// Eight large forms at a time: what they cost the server, measured from outside.
import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { fieldParts, formBody } from './form-body.js';
import { signedFields } from './signed-form.js';

const MiB = 1024 * 1024;

/** The server, its port, and how much memory it has needed since it has answered one small form, in MB. */
async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'oss-autostyle-forms-'));
  const script = fileURLToPath(new URL('serve-forms.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const lines = on(createInterface({ input: child.stdout }), 'line');
  const nextNumber = async () => Number((await lines.next()).value[0]);
  const peak = () => {
    child.stdin.write('\n');
    return nextNumber();
  };
  const port = await nextNumber();
  await postForm(port, { ...signedFields(), key: 'small' }, 1000);
  const before = await peak();
  return { port, grown: async () => (await peak()) - before };
}

/** Sends a form whose file has `size` bytes, none of which this process keeps; the status. */
function postForm(port: number, fields: Record<string, string>, size: number): Promise<number | undefined> {
  const [head = '', tail = ''] = formBody([...fieldParts(fields), { name: 'file', value: '{file}', fileName: 'f' }])
    .toString()
    .split('{file}');
  const chunk = Buffer.alloc(64 * 1024, 'x');
  function* body() {
    yield Buffer.from(head);
    for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
    yield Buffer.from(tail);
  }
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': Buffer.byteLength(head) + size + Buffer.byteLength(tail),
    };
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path: '/photos', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    outgoing.on('error', reject);
    Readable.from(body()).pipe(outgoing);
  });
}

it.each<[string, () => Record<string, string>, number, number, number]>([
  ['of nobody', () => ({}), 256, 403, 100],
  ['with a wrong signature', () => ({ ...signedFields(), 'x-oss-signature': 'x' }), 256, 403, 100],
  ['larger than the policy allows', () => signedFields([['content-length-range', 0, MiB]]), 256, 400, 100],
  // Each is in memory, once.
  ['that are stored', signedFields, 64, 204, 8 * 64 + 150],
])(
  'eight forms %s',
  async (_, fields, size, status, limit) => {
    const { port, grown } = await startServer();
    const statuses = await Promise.all(
      Array.from({ length: 8 }, (_, n) => postForm(port, { key: `k${n}`, ...fields() }, size * MiB)),
    );
    expect(statuses).toEqual(Array(8).fill(status));
    const megabytes = await grown();
    process.stdout.write(`eight forms of ${size} MiB ${_}: ${megabytes.toFixed(0)} MB\n`);
    expect(megabytes).toBeLessThan(limit);
  },
  120_000,
);
