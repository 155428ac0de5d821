// `invoke --remote` against the embedded Function Compute: real HTTP, the FC signature verified there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { command } from '../../../src/cli/invoke.js';
import { type LocalCloud, startLocalCloud } from '../../../src/local/cloud.js';
import { loadConfig } from '../../../src/rules/load.js';
import { runHere } from '../../support/run.js';
import { shippedConfig, shippedFunction } from '../../support/shipped.js';

let cloud: LocalCloud;
const { codeDir } = shippedFunction();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-remote-'));
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(shippedConfig, {}),
    instances: 1,
    triggers: false,
    runTimers: false,
  });
});

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

const invoke = (...argv: string[]) => runHere(command, [...argv, '--remote', '--endpoint', cloud.url]);

describe('invoke --remote', () => {
  it('runs the event there and prints what became of it, and the end of the log', async () => {
    const { code, out, error } = await invoke('events/put-object.json', '--log', '--qualifier', 'LATEST');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^FC Invoke Start RequestId: 1-/m);
    expect(out).toMatch(/^skipped oss:\/\/photos\/avatars\/balloons\.jpg .*\(source-gone\)$/m);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^0 saved, \d+ skipped, 0 failed$/);
  });

  it('tells a function that throws, on stdout as one object too', async () => {
    const { code, out, error } = await invoke('events/not-an-event.json', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { by: 'function', type: 'UnhandledInvocationError', name: 'EventError', message: expect.any(String) },
      requestId: expect.stringMatching(/^1-/),
    });
    expect(error).toMatch(/^invoke: the function failed: EventError: the event is an object of no known shape/);
    expect(out + error).not.toMatch(/\n\s+at /);
  });

  it('keeps the code of what the service refuses, and says what to do', async () => {
    const { code, out, error } = await invoke('events/put-object.json', '--json', '--function', 'nobody');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { by: 'service', code: 'FunctionNotFound', status: 404, requestId: expect.stringMatching(/^1-/) },
    });
    expect(error).toMatch(
      /^invoke: FunctionNotFound \(HTTP 404, request 1-[^)]*\): .*\n {2}deploy it \(`npm run deploy`\)/,
    );
    const unheard = await runHere(command, ['events/timer.json', '--remote', '--endpoint', 'http://127.0.0.1:9']);
    expect(unheard).toMatchObject({ code: 1, error: expect.stringContaining('ECONNREFUSED') });
  });

  it.each([
    ['a portal', '<html>Log in to the guest network</html>'],
    ['null', 'null'],
  ])('takes no HTTP 200 of %s in between for an answer', async (_, page) => {
    const portal = createServer((req, res) => req.resume().on('end', () => res.end(page)));
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      portal.close();
      portal.closeAllConnections();
    });
    const { port } = portal.address() as AddressInfo;
    for (const more of [[], ['--async']]) {
      const argv = ['events/timer.json', '--remote', '--endpoint', `http://127.0.0.1:${port}`, ...more];
      const { code, out, error } = await runHere(command, [...argv, '--json']);
      expect({ code, out: JSON.parse(out) }).toMatchObject({
        code: 1,
        out: { error: { by: 'service', code: 'UnexpectedAnswer', status: 200 } },
      });
      expect(error).toMatch(/^invoke: HTTP 200: an answer that is not from Function Compute/);
      expect(error).not.toContain('guest network');
    }
  });

  it('queues an event', async () => {
    const { code, out } = await invoke('events/timer.json', '--async', '--json');
    expect({ code, out: JSON.parse(out) }).toEqual({
      code: 0,
      out: { accepted: true, requestId: expect.stringMatching(/^1-/) },
    });
    await cloud.idle();
  });

  it('tells mistakes before anything is sent', async () => {
    const large = join(folder, 'large.json');
    writeFileSync(large, Buffer.alloc(131_073, ' '));
    const file = 'events/timer.json';
    const runs = [
      await invoke(large, '--async'),
      await invoke(file, '--async', '--log'),
      await invoke(file, '--timeout', '0'),
      await invoke(file, '--via', 'curl'),
      await invoke(file, '--via', 's'),
      await invoke(file, '--config', 'x.json'),
      await runHere(command, [file, '--async', '--qualifier', 'v']),
      await runHere(command, [file, '--remote', '--endpoint', 'http://u:secret@x', '--function', '-', '--region', 'X']),
    ];
    expect(runs.map(({ code, out }) => [code, out])).toEqual([1, 2, 2, 2, 2, 2, 2, 2].map((code) => [code, '']));
    expect(runs[0]?.error).toBe(
      'invoke: the event has 131073 bytes; Function Compute takes 131072: leave --async out\n',
    );
    expect(runs[6]?.error).toBe('invoke: --async, --qualifier: only with --remote\n');
    expect(runs[7]?.error.split('\n').slice(0, 4)).toEqual([
      expect.stringMatching(/^invoke: --function -: /),
      expect.stringMatching(/^ {2}--region X: /),
      expect.stringMatching(/^ {2}--endpoint: /),
      expect.stringMatching(/^ {2}no account: /),
    ]);
    expect(runs[7]?.error).not.toContain('secret');
  });
});
