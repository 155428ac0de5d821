/** Which instance runs which event, with real processes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeDirectory, isAlive, startFc, temporaryDirectory, until } from './fixture.js';

/** A handler that says `started`, then waits until the file named by its event exists. */
const gated = `
  const { existsSync } = require('node:fs');
  exports.handler = async (event) => {
    while (!existsSync(event.toString())) await new Promise((resolve) => setTimeout(resolve, 5));
    return 'through';
  };`;

describe('reuse', () => {
  it('keeps an instance, its memory and its process, and says which start was cold', async () => {
    const fc = startFc('let n = 0; exports.handler = async () => [++n, process.pid];');
    const first = await fc.invoke('fn', '');
    const second = await fc.invoke('fn', '');
    expect([first.coldStart, second.coldStart]).toEqual([true, false]);
    expect(first.coldStartMs).toBeGreaterThan(0);
    expect(second.coldStartMs).toBe(0);
    expect(second.instanceId).toBe(first.instanceId);
    expect(JSON.parse(second.result.toString())).toEqual([2, fc.instances()[0]?.pid]);
  });

  it('never runs two events in one instance, nor more instances than allowed', async () => {
    const fc = startFc(
      `let running = 0; exports.handler = async () => {
        running++; await new Promise((resolve) => setTimeout(resolve, 3)); return running--;
      };`,
      { instances: 3 },
    );
    const reports = await Promise.all(Array.from({ length: 40 }, () => fc.invoke('fn', '')));
    expect(reports.map((report) => report.result.toString())).toEqual(Array(40).fill('1'));
    expect(new Set(reports.map((report) => report.instanceId)).size).toBe(3);
    expect(reports.filter((report) => report.coldStart)).toHaveLength(3);
  });

  it('takes the most recently used first', async () => {
    const gate = join(temporaryDirectory(), 'open');
    const fc = startFc(gated);
    const both = Promise.all([fc.invoke('fn', gate), fc.invoke('fn', gate)]);
    await until(() => fc.instances().length === 2);
    writeFileSync(gate, '');
    await both;
    const last = await fc.invoke('fn', gate);
    for (let n = 0; n < 5; n++) expect((await fc.invoke('fn', gate)).instanceId).toBe(last.instanceId);
  });

  it('ends an instance that is idle for too long', async () => {
    const fc = startFc('exports.handler = async () => process.pid;', { idleMs: 30 });
    const pid = Number((await fc.invoke('fn', '')).result);
    await until(() => fc.instances().length === 0);
    expect(isAlive(pid)).toBe(false);
    expect((await fc.invoke('fn', '')).coldStart).toBe(true);
  });
});

describe('when all instances are busy', () => {
  it('answers 429 once the wait is over, and serves those who waited in their order', async () => {
    const gate = join(temporaryDirectory(), 'open');
    const order: string[] = [];
    const fc = startFc(
      gated,
      { instances: 1 },
      { syncWaitMs: 50, onInvocation: (report) => order.push(report.requestId) },
    );
    const running = fc.invoke('fn', gate, { requestId: 'running' });
    await expect(fc.invoke('fn', gate)).rejects.toMatchObject({ status: 429, code: 'ResourceExhausted' });
    for (const requestId of ['a', 'b', 'c']) fc.deliver('fn', gate, { requestId });
    writeFileSync(gate, '');
    await running;
    await fc.idle();
    expect(order).toEqual(['running', 'a', 'b', 'c']);
  });

  it('gives up for a caller who goes away, waiting or running', async () => {
    const fc = startFc(gated, { instances: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = fc.invoke('fn', '/never', { signal: first.signal });
    const waiting = fc.invoke('fn', '/never', { signal: second.signal });
    await until(() => fc.instances()[0]?.state === 'busy');
    second.abort();
    await expect(waiting).rejects.toMatchObject({ status: 499, code: 'ClientClosedRequest' });
    const [instance] = fc.instances();
    first.abort();
    await expect(running).rejects.toMatchObject({ code: 'ClientClosedRequest' });
    expect(isAlive(instance?.pid ?? 0)).toBe(false);
  });
});

describe('when the function is given other code', () => {
  const saying = (text: string) =>
    `exports.handler = async (event) => {
      const { existsSync } = require('node:fs');
      while (!existsSync(event.toString())) await new Promise((resolve) => setTimeout(resolve, 5));
      return '${text} ' + process.env.NAME;
    };`;
  const newCode = () => ({ codeDir: codeDirectory(saying('new')), environmentVariables: { NAME: 'two' } });

  it('ends what runs on the old code, and runs what waits and what comes on the new', async () => {
    const [gate, open] = [join(temporaryDirectory(), 'gate'), join(temporaryDirectory(), 'open')];
    writeFileSync(open, '');
    const fc = startFc(saying('old'), { instances: 1, environmentVariables: { NAME: 'one' } });
    const running = fc.invoke('fn', gate);
    const waiting = fc.invoke('fn', open);
    await until(() => fc.instances()[0]?.state === 'busy');
    const [former] = fc.instances();
    const replaced = fc.update('fn', newCode());
    writeFileSync(gate, '');
    await replaced;
    expect(isAlive(former?.pid ?? 0)).toBe(false);
    const results = [await running, await waiting, await fc.invoke('fn', open)].map(({ result }) => String(result));
    expect(results).toEqual(['old one', 'new two', 'new two']);
  });

  it('ends instances that are idle or frozen', async () => {
    for (const freeze of [false, true]) {
      const fc = startFc('exports.handler = async () => process.pid;', { freeze });
      const pid = Number((await fc.invoke('fn', '')).result);
      await fc.update('fn', { environmentVariables: {} });
      expect([isAlive(pid), fc.instances()]).toEqual([false, []]);
    }
  });

  it('tries a failed event again on the new code', async () => {
    const results: string[] = [];
    const fc = startFc(
      `exports.handler = async () => { throw new Error('old'); };`,
      {},
      {
        // The former code has failed by now, and the next attempt has not begun.
        sleep: async () => void fc.update('fn', { codeDir: codeDirectory(`exports.handler = async () => 'new';`) }),
        onInvocation: ({ errorType, result }) => results.push(errorType ?? String(result)),
      },
    );
    fc.deliver('fn', '');
    await fc.idle();
    expect(results).toEqual(['UnhandledInvocationError', 'new']);
  });

  it.each([
    ['a folder that is not there', { codeDir: '/nowhere' }],
    ['a name of FC', { environmentVariables: { FC_REGION: 'x' } }],
    ['a trigger without a family', { ossTriggers: [{ triggerName: 't', bucket: 'b', events: ['PutObject'] }] }],
  ])('refuses %s and changes nothing', async (_, change) => {
    const fc = startFc(`exports.handler = async () => 'as it was';`);
    expect(() => fc.update('fn', change)).toThrow(RangeError);
    expect(String((await fc.invoke('fn', '')).result)).toBe('as it was');
    expect(fc.ossEvent({ eventName: 'PutObject', oss: { bucket: { name: 'b' }, object: { key: 'k' } } })).toEqual([]);
  });
});

describe('freeze', () => {
  it.runIf(process.platform === 'linux')('stops the process between invocations, and close ends it', async () => {
    const fc = startFc('exports.handler = async () => process.pid;', { freeze: true });
    const pid = Number((await fc.invoke('fn', '')).result);
    const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    expect(fc.instances()[0]?.state).toBe('frozen');
    await until(() => state() === 'T');
    expect(await fc.invoke('fn', '')).toMatchObject({ coldStart: false, result: Buffer.from(`${pid}`) });
    await until(() => state() === 'T');
    await fc.close();
    expect(isAlive(pid)).toBe(false);
  });
});

describe('kill', () => {
  it('ends an instance in the middle of its work', async () => {
    const fc = startFc(gated);
    const running = fc.invoke('fn', '/never');
    await until(() => fc.instances()[0]?.state === 'busy');
    expect(fc.kill(fc.instances()[0]?.instanceId ?? '')).toBe(true);
    expect((await running).result.toString()).toContain('Process exited unexpectedly');
    expect(fc.kill('c-no-such')).toBe(false);
  });
});

describe('the end of an instance', () => {
  it('is the end of what it started', async () => {
    const fc = startFc(
      `const child = require('node:child_process').spawn('sleep', ['1000']);
       exports.handler = async (event) => { if (event.length) process.exit(); return child.pid; };`,
    );
    const child = Number((await fc.invoke('fn', '')).result);
    expect(isAlive(child)).toBe(true);
    await fc.invoke('fn', 'exit');
    await until(() => !isAlive(child));
  });
});

describe('close', () => {
  it('leaves no process behind, not even one that a function started or that ignores SIGTERM', async () => {
    const fc = startFc(`
      process.on('SIGTERM', () => {});
      const child = require('node:child_process').spawn('sleep', ['1000']);
      exports.handler = async () => [process.pid, child.pid];`);
    const pids: number[] = JSON.parse((await fc.invoke('fn', '')).result.toString());
    expect(pids.map(isAlive)).toEqual([true, true]);
    await fc.close();
    await until(() => !pids.some(isAlive));
    await expect(fc.invoke('fn', '')).rejects.toMatchObject({ status: 503 });
  });
});
