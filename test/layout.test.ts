// The rules of the layout: who may import whom, and what a file may not be called. Read from the sources themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const test = fileURLToPath(new URL('.', import.meta.url));

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

const code = new Map(files.map((file) => [file, readFileSync(join(src, file), 'utf8')]));

/** What a file imports of ours, as paths below src; `typesToo` counts `import type` as well. */
function importsOf(file: string, typesToo = true): string[] {
  const text = code.get(file) ?? '';
  const found = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)/g),
  ];
  return found
    .filter(([, isType]) => typesToo || isType === undefined)
    .map(([, , from, dynamic]) => from ?? dynamic ?? '')
    .filter((from) => from.startsWith('.'))
    .map((from) => relative(src, join(src, dirname(file), from)).replace(/\.js$/, '.ts'));
}

const room = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'src');

/** Which rooms a room must not import. The deployed part is `src` (the stages), `rules` and `oss`. */
const forbidden: Record<string, readonly string[]> = {
  src: ['check', 'cli', 'deploy', 'local', 'remote'],
  rules: ['check', 'cli', 'deploy', 'local', 'oss', 'remote'],
  oss: ['check', 'cli', 'deploy', 'local', 'remote', 'rules', 'src'],
  style: ['check', 'cli', 'deploy', 'local', 'oss', 'remote', 'rules', 'src'],
  local: ['check', 'cli', 'deploy', 'oss', 'remote'],
  remote: ['check', 'cli', 'deploy', 'local'],
  deploy: ['check', 'cli', 'local'],
  check: ['cli', 'local'],
  cli: [],
};

describe('layout', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf('handle.ts')).toContain('run.ts');
  });

  it.each(files)('%s imports only what its room may', (file) => {
    const wrong = importsOf(file).filter((imported) => forbidden[room(file)]?.includes(room(imported)));
    expect(wrong).toEqual([]);
  });

  it('has no room without a rule', () => {
    expect([...new Set(files.map(room))].filter((name) => forbidden[name] === undefined)).toEqual([]);
  });

  it('has no cycles', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return [];
      for (const next of importsOf(file, false)) {
        const cycle = visit(next, [...path, file]);
        if (cycle.length > 0) return cycle;
      }
      done.add(file);
      return [];
    };
    expect(files.flatMap((file) => visit(file, []))).toEqual([]);
  });

  it('has no drawer files and no barrels', () => {
    const drawers = files.filter((file) => /(^|\/)(utils?|types?|helpers?|constants?|common|misc)\.ts$/.test(file));
    const barrels = files.filter((file) => /(^|\/)index\.ts$/.test(file) && file !== 'index.ts');
    const reexports = files.filter((file) =>
      /^export\s+(\*|\{[^}]*\}|type\s+\{[^}]*\})\s+from\s/m.test(code.get(file) ?? ''),
    );
    expect({ drawers, barrels, reexports }).toEqual({ drawers: [], barrels: [], reexports: [] });
  });

  it('opens each file with what it is for', () => {
    const ours = files.filter((file) => file !== 'config.ts');
    expect(ours.filter((file) => !/^(#!.*\n)?(\/\/|\/\*\*) /.test(code.get(file) ?? ''))).toEqual([]);
  });

  it('has no test that hangs on what the user writes into src/config.ts and s.yaml', () => {
    const own = readdirSync(test, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') &&
        /src\/config\.js['"]|\breadConfig\(undefined|\.\.\/s\.yaml['"]|\bprojectFile\b[^:]/.test(
          readFileSync(join(test, file), 'utf8'),
        ),
    );
    expect(own).toEqual(['support/own-rules.ts']);
  });
});
