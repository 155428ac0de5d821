import { describe, expect, it } from 'vitest';
import { ossError } from '../support/memory-oss.js';
import { shortened, world } from '../support/world.js';

const from = (source: string, type: string) => ({ specversion: '1.0', id: `of ${type}`, source, type, data: { a: 1 } });

describe('what another service sends', () => {
  it('leaves one record for each source and type, and a counter, and is not thrown', async () => {
    const { deliver, records, lines, wait } = world();
    const summary = await deliver([from('acs.ecs', 'ecs:x'), from('acs.ecs', 'ecs:y'), from('acs.ecs', 'ecs:x')]);
    expect(summary).toMatchObject({ saved: 0, skipped: 3, failed: 0 });
    expect(lines.at(-1)).toMatchObject({ event: 'summary', level: 'warn', skipped: 3, foreign: 3, journaled: 2 });
    wait(5);
    await deliver(from('acs.ecs', 'ecs:y'));
    const found = records();
    expect(found.map(({ uri }) => shortened(uri))).toEqual(
      Array(2).fill('oss://journal/autostyle/failed/permanent/-/ID.json'),
    );
    expect(found.map(({ record }) => record)).toMatchObject(
      expect.arrayContaining(
        ['event:acs.ecs ecs:x', 'event:acs.ecs ecs:y'].map((source) => {
          return expect.objectContaining({
            kind: 'permanent',
            source,
            error: expect.objectContaining({ code: 'ForeignSource' }),
          });
        }),
      ),
    );
  });

  it('does not keep the uploads beside it from being saved', async () => {
    const { oss, deliver } = world();
    oss.store('oss://photos/avatars/a.jpg', 'bytes');
    const record = {
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: 'photos' }, object: { key: 'avatars/a.jpg' } },
    };
    expect(await deliver([from('acs.ecs', 'ecs:x'), record])).toMatchObject({ saved: 2, skipped: 1 });
  });

  it('is not thrown when the journal cannot be written, nor when there is none', async () => {
    const refused = world({ refusing: () => ossError({ kind: 'setup', code: 'AccessDenied' }) });
    expect(await refused.deliver(from('acs.ecs', 'x'))).toMatchObject({ skipped: 1 });
    expect(refused.lines.at(-1)).toMatchObject({ foreign: 1, journaled: 0 });
    const without = world({ over: { journal: 'throw' } });
    expect(await without.deliver(from('acs.ecs', 'x'))).toMatchObject({ skipped: 1 });
    expect(without.oss.calls).toEqual([]);
  });

  it('asks for no more than 20 records of one event', async () => {
    const { deliver, records } = world();
    await deliver(Array.from({ length: 500 }, (_, nth) => from(`acs.${nth}`, 'x')));
    expect(records()).toHaveLength(20);
  });

  it('is not counted where there is none', async () => {
    const { run, lines } = world();
    await run('avatars/a.jpg');
    expect(lines.at(-1)).toMatchObject({ level: 'info', foreign: undefined });
  });
});
