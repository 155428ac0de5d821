import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ChangedFiles, changedFiles } from '../../src/terminal/changed-files.js';

let folder: string;
let file: string;
let files: ChangedFiles;
const looks = (count: number) => Array.from({ length: count }, () => files.look());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-changed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, 'rules.json');
  writeFileSync(file, 'one');
  files = changedFiles(() => [file]);
});

describe('changedFiles', () => {
  it('says once that a file has changed, when it is written no more', () => {
    expect(looks(3)).toEqual([false, false, false]);
    writeFileSync(file, 'half');
    expect(files.look()).toBe(false);
    writeFileSync(file, 'half and half');
    expect(looks(4)).toEqual([false, true, false, false]);
  });

  it('hears of a file that an editor replaces by renaming', () => {
    const other = join(folder, '.rules.json.swp');
    writeFileSync(other, 'two');
    rmSync(file);
    expect(files.look()).toBe(false);
    renameSync(other, file);
    expect(looks(3)).toEqual([false, true, false]);
  });

  it('passes over a file that is saved as it was', () => {
    utimesSync(file, 1, 1);
    expect(looks(3)).toEqual([false, false, false]);
  });

  it('hears of a file that is gone, and that is there again', () => {
    rmSync(file);
    expect(looks(3)).toEqual([false, true, false]);
    writeFileSync(file, 'again');
    expect(looks(3)).toEqual([false, true, false]);
  });

  it('looks at files that join, from then on', () => {
    const paths = [file];
    const more = changedFiles(() => paths);
    const other = join(folder, 'other.json');
    writeFileSync(other, 'x');
    paths.push(other);
    expect([more.look(), more.look(), more.look()]).toEqual([false, false, false]);
    writeFileSync(other, 'yy');
    expect([more.look(), more.look()]).toEqual([false, true]);
  });
});
