import { describe, expect, it } from 'vitest';
import type { HandleContext } from '../../src/handle.js';
import { readJournalRecord } from '../../src/journal/read.js';
import { replayRecord } from '../../src/journal/run.js';
import { indexRules } from '../../src/pipeline/match.js';
import { ossError } from '../support/memory-oss.js';
import { journal, shortened, start, world } from '../support/world.js';

describe('a record that someone has run again', () => {
  const setup = { kind: 'setup', status: 403, code: 'AccessDenied' } as const;

  async function failed(): Promise<{
    world: ReturnType<typeof world>;
    keys: string[];
    bodies: (string | undefined)[];
  }> {
    const one = world({ failing: () => (mended ? answer : ossError(setup)) });
    mended = false;
    await one.run('avatars/a.jpg');
    const uris = one.oss.keys('oss://journal/autostyle/failed/');
    return {
      world: one,
      keys: uris.map((uri) => uri.replace('oss://journal/', '')),
      bodies: uris.map((uri) => one.oss.objects.get(uri)?.body),
    };
  }
  let mended = false;
  let answer: ReturnType<typeof ossError> | undefined;

  const rerun = async ({ handling }: ReturnType<typeof world>, key: string, over: Partial<HandleContext> = {}) => {
    const work = await readJournalRecord(handling.oss, 'journal', key, handling.now());
    if (work === undefined) throw new Error('gone');
    return replayRecord(work, { ...handling, ...over, journal });
  };

  it('stays as it is while no rule takes its upload', async () => {
    const { world: one, keys, bodies } = await failed();
    const index = indexRules([]);
    const { outcomes, unwritten } = await rerun(one, keys[0] ?? '', { index });
    expect(outcomes).toMatchObject([{ status: 'failed', error: { kind: 'setup', code: 'NoRule' } }]);
    expect(unwritten).toEqual([]);
    expect(one.oss.keys('oss://journal/').map((uri) => one.oss.objects.get(uri)?.body)).toEqual(bodies);
  });

  it('stays as it is when nothing can be read from it', async () => {
    const { world: one } = await failed();
    const key = 'autostyle/failed/permanent/-/x.json';
    one.oss.store(`oss://journal/${key}`, '{"source":"oss://photos/a"}');
    expect(await rerun(one, key)).toMatchObject({
      outcomes: [{ status: 'failed', error: { code: 'MalformedRecord' } }],
    });
    expect(one.oss.objects.get(`oss://journal/${key}`)?.body).toBe('{"source":"oss://photos/a"}');
  });

  it('removes at last what is saved under the key of one version and is of another', async () => {
    let shut = true;
    const one = world({
      failing: ({ target }) => {
        if (!target?.key.startsWith('ONE/')) return undefined;
        one.oss.store('oss://photos/small/a.png', 'TWO', start + 5_000);
        one.wait(1);
        return undefined;
      },
      refusing: ({ api, bucket }) => (shut && api === 'delete' && bucket === 'out' ? ossError(setup) : undefined),
    });
    one.oss.store('oss://photos/small/a.png', 'ONE');
    const oss = { bucket: { name: 'photos' }, object: { key: 'small/a.png', size: 3, eTag: 'ONE' } };
    await one.deliver({ eventTime: new Date(start).toISOString(), eventName: 'ObjectCreated:PutObject', oss });
    const misnamed = 'oss://out/ONE/small/a.png';
    expect(one.oss.keys('oss://out/')).toEqual([misnamed, 'oss://out/TWO/small/a.png']);
    const [{ uri, record } = { uri: '', record: undefined }, ...others] = one.records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ kind: 'setup', target: { key: 'ONE/small/a.png' }, event: { oss } });
    shut = false;
    await rerun(one, uri.replace('oss://journal/', ''));
    expect(one.oss.keys('oss://out/')).toEqual(['oss://out/TWO/small/a.png']);
    expect(one.records()).toEqual([]);
  });

  it('is tried as if for the first time, however old it is', async () => {
    const { world: one, keys } = await failed();
    one.wait(8 * 24 * 60);
    mended = true;
    answer = ossError();
    await rerun(one, keys[0] ?? '');
    const due = one.records().find(({ uri }) => uri.includes('/due/'));
    expect(due?.record).toMatchObject({ kind: 'transient', attempts: 1, due: '2026-11-30T00:01:00.000Z' });
  });

  it('goes to what waits for someone, when the timer finds no rule for it', async () => {
    const one = world({ failing: () => ossError() });
    await one.run('avatars/a.jpg');
    one.wait(1);
    Object.assign(one.handling, { index: indexRules([]) });
    expect(await one.tick()).toMatchObject({ failed: 2 });
    expect(one.records().map(({ uri, record }) => [shortened(uri), record.kind, record.event.oss.object.key])).toEqual([
      ['oss://journal/autostyle/failed/setup/-/ID.V.json', 'setup', 'avatars/a.jpg'],
    ]);
  });
});
