import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { command } from '../../src/cli/publish.js';
import { runHere } from '../support/run.js';

const uri = 'oss://rules/live/rules.json';

describe('publish', () => {
  it('reports mistakes in one line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-publish-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'rules.json');
    writeFileSync(file, '{}');
    const runs = [
      await runHere(command, ['oss://rules', '--config', file]),
      await runHere(command, ['https://rules/key', '--config', file]),
      await runHere(command, [uri]),
      await runHere(command, [uri, '--config', file, '--return']),
      await runHere(command, [uri, '--config', join(folder, 'none.json')]),
    ];
    expect(runs.map(({ code, out }) => [code, out])).toEqual(runs.map(() => [2, '']));
    expect(runs.map(({ error }) => error.trim().split('\n').length)).toEqual(runs.map(() => 1));
  });
});
