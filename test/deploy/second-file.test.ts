// A file that index.js loads later has the modules of index.js, not copies of them.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../src/deploy/bundle.js';
import { runnableConfig } from '../../src/deploy/configuration.js';
import { startLocalCloud } from '../../src/local/cloud.js';
import { localClient, sampleObjects, upload } from '../../src/local/samples/objects.js';
import { shippedFunction, shippedProject } from '../support/shipped.js';

const dir = mkdtempSync(join(tmpdir(), 'second-file-'));
afterAll(() => rmSync(dir, { recursive: true }));

function project(name: string, files: Readonly<Record<string, string>>) {
  for (const room of ['room', 'other']) mkdirSync(join(dir, name, room), { recursive: true });
  for (const [file, code] of Object.entries(files)) writeFileSync(join(dir, name, file), code);
  return { entry: join(dir, name, 'entry.ts'), outdir: join(dir, name, 'out') };
}

const shared = `export class Wrong extends Error {}
export const seen: string[] = [];
export const unused = 'never asked for';`;

test('state and classes are the same in both files, and nothing is there twice', async () => {
  const places = project('one', {
    'entry.ts': `import { seen, Wrong } from './shared.js';
      export async function run(): Promise<string> {
        seen.push('index');
        try { return (await import('./room/later.js')).later(); }
        catch (error) { return error instanceof Wrong ? error.message : 'another class'; }
      }`,
    'shared.ts': shared,
    'room/later.ts': `import { seen, Wrong } from '../shared.js';
      import { only } from './only.js';
      export function later(): never { throw new Wrong([...seen, only].join()); }`,
    'room/only.ts': `export const only = 'for the second file';`,
  });
  const { files } = await bundle(places);
  expect(files.map(({ name }) => name)).toEqual(['index.js', 'room.js']);
  expect(files[1]?.inputs.map((input) => input.split('/').at(-1))).toEqual(['later.ts', 'only.ts']);
  const index = createRequire(import.meta.url)(join(places.outdir, 'index.js')) as { run: () => Promise<string> };
  expect(await index.run()).toBe('index,for the second file');
  expect(readFileSync(join(places.outdir, 'index.js'), 'utf8')).not.toContain('for the second file');
  expect(readFileSync(join(places.outdir, 'room.js'), 'utf8')).not.toContain('extends Error');
});

test('the bytes are the same wherever the function is built, and in whatever order its modules are read', async () => {
  const { codeDir } = shippedFunction();
  const outdir = join(dir, 'again');
  await bundle({ entry: join(shippedProject(), 'src/index.ts'), outdir });
  const elsewhere = join(dir, 'elsewhere/deeper');
  for (const path of ['src', 'package.json', 'tsconfig.json']) {
    cpSync(join(shippedProject(), path), join(elsewhere, path), { recursive: true });
  }
  symlinkSync(join(shippedProject(), 'node_modules'), join(elsewhere, 'node_modules'));
  await bundle({ entry: join(elsewhere, 'src/index.ts'), outdir: join(dir, 'out of elsewhere') });
  for (const name of ['index.js', 'relay.js', 'sweep.js']) {
    const code = readFileSync(join(codeDir, name));
    expect(readFileSync(join(outdir, name)).equals(code), name).toBe(true);
    expect(readFileSync(join(dir, 'out of elsewhere', name)).equals(code), name).toBe(true);
  }
});

test('what is not imported by name is refused: it would be nothing', async () => {
  const places = project('whole', {
    'entry.ts': `import { seen } from './shared.js'; seen.push('index');
      export const run = () => import('./room/later.js');`,
    'shared.ts': shared,
    'room/later.ts': `import * as all from '../shared.js'; export const later = all.seen;`,
  });
  await expect(bundle(places)).rejects.toThrow('what is imported from ../shared.js is not imported by name');
});

test('two modules that would be the same file are refused', async () => {
  const places = project('twins', {
    'entry.ts': `export const all = () => [import('./room/one.js'), import('./room/two.js')];`,
    'room/one.ts': 'export const a = 1;',
    'room/two.ts': 'export const b = 1;',
  });
  await expect(bundle(places)).rejects.toThrow(
    /room\.js would be \S+room\/(?:one|two)\.ts and \S+room\/(?:one|two)\.ts/,
  );
});

test('a function that loads nothing later is one file', async () => {
  const { files } = await bundle(project('alone', { 'entry.ts': `export const a = 1;` }));
  expect(files.map(({ name }) => name)).toEqual(['index.js']);
});

test('each module to load later has a file, and what both need is once, in the first', async () => {
  const files = {
    'entry.ts': `import { seen } from './shared.js';
      export async function run(): Promise<string> {
        seen.push('index');
        (await import('./room/later.js')).later();
        return (await import('./other/later.js')).later();
      }`,
    'shared.ts': shared,
    'room/later.ts': `import { seen } from '../shared.js';
      export function later(): void { seen.push('first of the files'); }`,
    'other/later.ts': `import { seen } from '../shared.js';
      export function later(): string { seen.push('second of the files'); return seen.join(); }`,
  };
  const places = project('two', files);
  const built = await bundle(places);
  expect(built.files.map(({ name }) => name)).toEqual(['index.js', 'other.js', 'room.js']);
  for (const { name, inputs } of built.files.slice(1)) {
    expect(inputs.map((input) => input.split('/').slice(-2).join('/'))).toEqual([name.replace('.js', '/later.ts')]);
  }
  const index = createRequire(import.meta.url)(join(places.outdir, 'index.js')) as { run: () => Promise<string> };
  expect(await index.run()).toBe('index,first of the files,second of the files');
  const texts = built.files.map(({ name }) => readFileSync(join(places.outdir, name), 'utf8'));
  expect(texts.map((text) => text.includes('extends Error'))).toEqual([false, false, false]);
  expect(texts.map((text) => text.includes('never asked for'))).toEqual([false, false, false]);

  const again = project('two again', files);
  await bundle(again);
  for (const { name } of built.files) {
    expect(readFileSync(join(again.outdir, name)).equals(readFileSync(join(places.outdir, name))), name).toBe(true);
  }
});

test('where relay.js is not deployed, only what is relayed waits in the journal', async () => {
  const codeDir = join(dir, 'no relay');
  for (const name of ['index.js', 'package.json']) cpSync(join(shippedFunction().codeDir, name), join(codeDir, name));
  const rules = join(dir, 'rules.json');
  const output = (name: string) => ({ style: 'image/resize,w_9', to: { bucket: 'photos-out', key: `{key}.${name}` } });
  const when = { bucket: 'photos', prefix: 'avatars/' };
  const outputs = [{ ...output('relayed'), tags: { a: 'b' } }, output('saved')];
  const journal = { bucket: 'photos-journal', prefix: 'autostyle/' };
  writeFileSync(rules, JSON.stringify({ journal, rules: [{ name: 'both', when, outputs }] }));
  const cloud = await startLocalCloud({ codeDir, ...runnableConfig(rules, {}), runTimers: false });
  try {
    await upload(cloud.url, 'photos', await sampleObjects(new Set(['avatars/oranges.jpg'])));
    await cloud.idle();
    const keysIn = async (bucket: string) => {
      const { objects } = await localClient(cloud.url, bucket).listV2({ 'max-keys': 9 }, {});
      return (objects ?? []).map(({ name }) => name);
    };
    expect(await keysIn('photos-out')).toEqual(['avatars/oranges.jpg.saved']);
    const records = await keysIn('photos-journal');
    expect(records).toEqual([expect.stringMatching(/^autostyle\/failed\/setup\/both\//)]);
    const { content } = await localClient(cloud.url, 'photos-journal').get(records[0] ?? '');
    expect(content.toString()).toContain('NoRelay: relay.js is not beside index.js');
  } finally {
    await cloud.close();
  }
});
