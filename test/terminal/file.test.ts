import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readJson } from '../../src/terminal/file.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('readJson', () => {
  const read = (content: string | Buffer): unknown => {
    const file = join(folder, 'rules.json');
    writeFileSync(file, content);
    return readJson(file);
  };

  it('takes a byte order mark for no mistake', () => {
    expect(read('\uFEFF{"rules":[]}')).toEqual({ rules: [] });
  });

  it.each(['\uFEFF', '\uFEFF\uFEFF{}', '{"rules":[\uFEFF]}', Buffer.from('{}', 'utf16le')])('refuses %j', (content) => {
    expect(() => read(content)).toThrow(/rules\.json is not JSON/);
  });

  it('says why a file cannot be read', () => {
    expect(() => readJson(join(folder, 'nowhere.json'))).toThrow(/cannot be read: there is no such file/);
    expect(() => readJson(folder)).toThrow(/cannot be read: it is a directory/);
  });
});
