// A clone after `npm run build`, and another project that has been given it by `npm i ../clone`: npm makes a link.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildLibrary } from '../../src/deploy/library.js';
import { loadConfig } from '../../src/rules/load.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const rules = {
  rules: [
    {
      name: 'pictures',
      when: { bucket: { env: 'SOURCE_BUCKET', default: 'photos' }, exclude: ['湖/raw/'] },
      outputs: [{ style: 'image/resize,w_320/format,webp', to: { bucket: 'photos-out', key: '{dir}{name}.webp' } }],
    },
  ],
};

export interface OtherProject {
  /** Of the clone. */
  readonly lib: string;
  readonly folder: string;
  readonly built: Awaited<ReturnType<typeof buildLibrary>>;
  /** Writes a file of the project. */
  readonly write: (name: string, text: string) => void;
  readonly remove: () => void;
}

/** It has the rules as rules.json, and a copy of the two files of the ES module. */
export async function makeOtherProject(): Promise<OtherProject> {
  const place = mkdtempSync(join(tmpdir(), 'library-'));
  const [clone, folder] = [join(place, 'clone'), join(place, 'project')];
  const lib = join(clone, 'lib');
  const built = await buildLibrary(lib, loadConfig({ journal: 'throw', ...rules }, {}));
  cpSync(join(root, 'package.json'), join(clone, 'package.json'));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(clone, join(folder, 'node_modules/oss-autostyle'));
  for (const name of ['derivatives.mjs', 'derivatives.d.mts']) cpSync(join(lib, name), join(folder, name));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('rules.json', JSON.stringify(rules));
  return { lib, folder, built, write, remove: () => rmSync(place, { recursive: true }) };
}
