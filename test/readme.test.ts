import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withOperationTable } from '../src/style/reference.js';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('README', () => {
  it('names only commands that there are', () => {
    const named = [...readme.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names only files that there are', () => {
    const named = [...readme.matchAll(/`((?:src|events)\/[\w./-]+\.\w+)`|(events\/[\w-]+\.json)/g)].map(
      ([, quoted, event]) => quoted ?? event ?? '',
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it('has a script for every command, and a command for every script', () => {
    for (const [name, script] of Object.entries(scripts)) {
      if (script.includes('src/cli/')) expect(script).toBe(`node --import tsx src/cli/${name}.ts`);
    }
    expect(
      Object.values(scripts)
        .flatMap((script) => script.match(/src\/cli\/\S+/) ?? [])
        .filter((file) => !existsSync(new URL(file, root))),
    ).toEqual([]);
  });
});

describe('src/style/README', () => {
  it('has the table of operations that the catalogue gives: npm run operations -- --write src/style/README.md', () => {
    const text = readFileSync(new URL('src/style/README.md', root), 'utf8');
    expect(withOperationTable(text)).toBe(text);
  });
});
