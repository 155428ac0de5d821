// The kill switch and its way back, on the embedded Function Compute.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command as resume } from '../../src/cli/resume.js';
import { command as stop } from '../../src/cli/stop.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { runHere } from '../support/run.js';
import { shippedConfig, shippedFunction } from '../support/shipped.js';

let cloud: LocalCloud;
const { codeDir } = shippedFunction();
const invocations: InvocationReport[] = [];

beforeAll(async () => {
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(shippedConfig, {}),
    instances: 1,
    runTimers: false,
    retryDelay: () => 20,
    onInvocation: (report) => invocations.push(report),
  });
});

afterAll(async () => {
  await cloud.close();
});

const at = () => ['--endpoint', cloud.url];
const state = async (command: typeof stop | typeof resume, ...argv: string[]) => {
  const { code, out, error } = await runHere(command as typeof resume, [...at(), '--json', ...argv]);
  return { code, error, ...JSON.parse(out) };
};

describe('stop and resume', () => {
  it('keep the event of an upload for later, and say what they did', async () => {
    const stopped = await runHere(stop, at());
    expect(stopped).toMatchObject({ code: 0, error: '' });
    expect(stopped.out).toMatch(
      /^stopped oss-autostyle in cn-hangzhou at 20\d\d-\d\d-\d\dT[\d:.]+Z \(reserved concurrency 5 → 0\)\n/,
    );
    expect(stopped.out).toContain('Note the time: after more than 5 hours npm run reconcile');
    expect(await state(stop)).toMatchObject({ code: 0, reservedConcurrency: 0, was: 0, changed: false });

    await localClient(cloud.url, 'photos').put('avatars/a.txt', Buffer.from('no image'));
    await expect(cloud.fc.invoke('oss-autostyle', '{}')).rejects.toMatchObject({ status: 429 });
    expect(invocations).toEqual([]);

    // The value is that of s.yaml, as `s` resolves it.
    const resumed = await runHere(resume, at());
    expect(resumed).toMatchObject({ code: 0, error: '' });
    expect(resumed.out).toMatch(/^oss-autostyle in cn-hangzhou runs \(reserved concurrency 0 → [1-9]\d*\)\n/);
    expect(resumed.out).toMatch(/npm run reconcile -- .*oss:\/\/photos\/avatars\/.* --since WHEN-YOU-STOPPED\n$/);
    const value = Number(/→ (\d+)/.exec(resumed.out)?.[1]);
    expect(await state(resume)).toMatchObject({ code: 0, reservedConcurrency: value, was: value, changed: false });
    await cloud.idle();
    expect(invocations.map(({ event }) => JSON.parse(event.toString()).events[0].oss.object.key)).toEqual([
      'avatars/a.txt',
    ]);
    expect(invocations[0]?.errorType).toBeUndefined();
  });

  it('resume changes a function that runs only when told to', async () => {
    await state(resume, '--to', '6');
    expect(await state(resume, '--to', '7')).toMatchObject({ code: 0, reservedConcurrency: 7, was: 6, changed: true });
    expect(await state(resume, '--to', '7')).toMatchObject({ changed: false });
    expect((await runHere(resume, at())).out).toContain('is running already (reserved concurrency 7)');
  });

  it('tell mistakes', async () => {
    const runs = [
      await runHere(stop, [...at(), '--function', 'nobody']),
      await runHere(resume, [...at(), '--function', 'nobody', '--to', '1']),
      await runHere(resume, [...at(), '--to', '0']),
      await runHere(stop, ['--endpoint', 'http://127.0.0.1:9']),
    ];
    expect(runs.map(({ code, out }) => [code, out])).toEqual([
      [1, ''],
      [1, ''],
      [2, ''],
      [1, ''],
    ]);
    expect(runs[0]?.error).toContain('FunctionNotFound');
    expect(runs[1]?.error).toContain('FunctionNotFound');
    expect(runs[3]?.error).toContain('ECONNREFUSED');
  });
});
