import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/invoke.js';
import { runHere } from '../support/run.js';

describe('invoke', () => {
  it('tells mistakes in one line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-invoke-'));
    try {
      const broken = join(folder, 'broken.json');
      writeFileSync(broken, '{"events": [');
      const runs = [
        await runHere(command, ['events/not-an-event.json']),
        await runHere(command, ['nowhere.json']),
        await runHere(command, ['events']),
        await runHere(command, [broken]),
        await runHere(command, []),
        await runHere(command, ['events/put-object.json', '--config', 'nowhere.json']),
      ];
      expect(runs.map(({ code }) => code)).toEqual([1, 2, 2, 1, 2, 2]);
      expect(runs.map(({ error }) => error.split('\n')[0])).toEqual([
        expect.stringMatching(/^invoke: events\/not-an-event\.json: the event is an object of no known shape/),
        'invoke: nowhere.json cannot be read: there is no such file',
        'invoke: events cannot be read: it is a directory',
        `invoke: ${broken}: the event is neither JSON nor base64 of JSON`,
        'invoke: expected EVENT.json',
        'invoke: nowhere.json cannot be read: there is no such file',
      ]);
      for (const { error, out } of runs) expect(`${out}${error}`).not.toMatch(/\n\s+at /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
