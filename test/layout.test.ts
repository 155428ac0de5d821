// The rules of the layout: who may import whom, and what a file may not be called. Read from the sources themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const test = fileURLToPath(new URL('.', import.meta.url));

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .sort();

const code = new Map(files.map((file) => [file, readFileSync(join(src, file), 'utf8')]));

/** What a file imports of ours, types included, as paths below src. */
function importsOf(file: string): string[] {
  const text = code.get(file) ?? '';
  const found = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)/g)];
  return found
    .map(([, from, dynamic]) => from ?? dynamic ?? '')
    .filter((from) => from.startsWith('.'))
    .map((from) => relative(src, join(src, dirname(file), from)).replace(/\.js$/, ''))
    .map((name) => (code.has(`${name}.tsx`) ? `${name}.tsx` : `${name}.ts`));
}

const room = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'src');

/** The rooms from top to bottom: a file imports from its own room and from rooms below it, types included. */
const rooms = [
  'cli',
  'doctor',
  'publish',
  'replay',
  'reconcile',
  'check',
  'deploy',
  'remote',
  'local',
  'terminal',
  'derivatives',
  'src',
  'sweep',
  'journal',
  'pipeline',
  'oss',
  'rules',
  'style',
];

/** Who a zone may import beside itself. `src` is what lies on top: index.ts, handle.ts, config.ts. */
const zones: Record<string, { readonly rooms: readonly string[]; readonly may: readonly string[] }> = {
  tools: {
    rooms: ['cli', 'doctor', 'publish', 'replay', 'reconcile', 'check', 'deploy', 'remote', 'terminal'],
    may: ['emulator', 'function', 'shared ground'],
  },
  emulator: { rooms: ['local'], may: ['shared ground'] },
  library: { rooms: ['derivatives'], may: ['function', 'shared ground'] },
  function: { rooms: ['src', 'sweep', 'journal', 'pipeline', 'oss'], may: ['shared ground'] },
  'shared ground': { rooms: ['rules', 'style'], may: [] },
};

const zone = (file: string): string =>
  Object.keys(zones).find((name) => zones[name]?.rooms.includes(room(file))) ?? `no zone: ${room(file)}`;

describe('layout', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf('handle.ts')).toContain('journal/run.ts');
  });

  it.each(files)('%s imports downwards, and only what its zone may', (file) => {
    const others = importsOf(file).filter((imported) => room(imported) !== room(file));
    expect(others.filter((imported) => rooms.indexOf(room(imported)) <= rooms.indexOf(room(file)))).toEqual([]);
    const allowed = [zone(file), ...(zones[zone(file)]?.may ?? [])];
    expect(others.filter((imported) => !allowed.includes(zone(imported)))).toEqual([]);
  });

  it('has no room without a place and a zone, and at most 18 of them', () => {
    const found = [...new Set(files.map(room))].sort();
    expect(found).toEqual([...rooms].sort());
    expect(
      Object.values(zones)
        .flatMap((one) => one.rooms)
        .sort(),
    ).toEqual(found);
    expect(found.length).toBeLessThanOrEqual(18);
  });

  it('has the three files of the function on top, and no other', () => {
    expect(files.filter((file) => !file.includes('/'))).toEqual(['config.ts', 'handle.ts', 'index.ts']);
  });

  it('has no circle of imports, types included', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return [];
      for (const next of importsOf(file)) {
        const cycle = visit(next, [...path, file]);
        if (cycle.length > 0) return cycle;
      }
      done.add(file);
      return [];
    };
    expect(files.flatMap((file) => visit(file, []))).toEqual([]);
  });

  it('has no drawer files and no barrels', () => {
    const drawers = files.filter((file) => /(^|\/)(utils?|types?|helpers?|constants?|common|misc)\.tsx?$/.test(file));
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

  it('has comments of at most 120 columns, but for an address alone', () => {
    const comment = /^\s*(?:\/\/|\/?\*+) (?!https:\S+$)/;
    const long = [src, test].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file))
        .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
        .filter((line) => [...line].length > 120 && comment.test(line)),
    );
    expect(long).toEqual([]);
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
