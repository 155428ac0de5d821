import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

  it('removes its temporary files, and can be closed twice and in the middle of work', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const fc = startFc('exports.handler = () => new Promise(() => {});');
    const made = readdirSync(tmpdir()).filter((name) => !before.has(name) && /^autostyle-fc-[^t]/.test(name));
    const running = fc.invoke('fn', '');
    fc.deliver('fn', '');
    const refused = expect(running).rejects.toMatchObject({ status: 503 });
    await Promise.all([fc.close(), fc.close()]);
    await refused;
    await fc.idle();
    expect(fc.instances()).toEqual([]);
    // Other tests make such directories at the same time: what matters is that ours is no longer there.
    expect(made.length).toBeGreaterThan(0);
    await expect.poll(() => made.every((name) => existsSync(`${tmpdir()}/${name}`))).toBe(false);
  });
});
