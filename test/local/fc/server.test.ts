import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalFc } from '../../../src/local/fc/server.js';
import { codeDirectory, startFc } from './fixture.js';

describe('createLocalFc', () => {
  it('runs several functions, each with its own instances', async () => {
    const codeDir = codeDirectory('exports.handler = async (_, context) => context.function.name;');
    const fc = startFc('', {}, { functions: ['a', 'b'].map((functionName) => ({ functionName, codeDir })) });
    const [a, b] = await Promise.all([fc.invoke('a', ''), fc.invoke('b', '')]);
    expect([a.result.toString(), b.result.toString()]).toEqual(['a', 'b']);
    expect(fc.instances().map(({ functionName }) => functionName)).toEqual(['a', 'b']);
  });

  it('refuses two functions of one name, and triggers of two functions that overlap', () => {
    const codeDir = codeDirectory('');
    const trigger = { triggerName: 't', bucket: 'photos', events: ['oss:ObjectCreated:*'] };
    expect(() => createLocalFc({ functions: ['a', 'a'].map((functionName) => ({ functionName, codeDir })) })).toThrow(
      /same functionName/,
    );
    expect(() =>
      createLocalFc({
        functions: ['a', 'b'].map((functionName) => ({ functionName, codeDir, ossTriggers: [trigger] })),
      }),
    ).toThrow(/overlaps trigger t/);
  });

  it('is idle at once when nothing runs, and after the last retry when something does', async () => {
    const fc = startFc(`exports.handler = async () => { throw new Error('no'); };`, {}, { retryDelay: () => 1 });
    await fc.idle();
    let attempts = 0;
    const counted = startFc(
      `exports.handler = async () => { throw new Error('no'); };`,
      {},
      { retryDelay: () => 1, onInvocation: () => attempts++ },
    );
    counted.deliver('fn', '');
    await counted.idle();
    expect(attempts).toBe(4);
  });

  it('removes its temporary files', async () => {
    const fc = startFc('exports.handler = async () => process.argv[1];');
    const bootstrap = (await fc.invoke('fn', '')).result.toString();
    expect(existsSync(bootstrap)).toBe(true);
    await fc.close();
    expect(existsSync(dirname(bootstrap))).toBe(false);
  });

  it('can be closed twice, and in the middle of work', async () => {
    const fc = startFc('exports.handler = () => new Promise(() => {});', { instances: 1 });
    const running = expect(fc.invoke('fn', '')).rejects.toMatchObject({ status: 503 });
    const waiting = expect(fc.invoke('fn', '')).rejects.toMatchObject({ status: 503 });
    fc.deliver('fn', '');
    await Promise.all([fc.close(), fc.close()]);
    await Promise.all([running, waiting]);
    await fc.idle();
    expect(fc.instances()).toEqual([]);
  });
});
