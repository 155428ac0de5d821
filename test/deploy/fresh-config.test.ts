import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { freshConfig } from '../../src/deploy/fresh-config.js';
import { StyleValueError } from '../../src/style/call.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-fresh-'));
afterAll(() => rmSync(folder, { recursive: true }));
const src = fileURLToPath(new URL('../../src', import.meta.url));
const file = join(folder, 'config.ts');
const write = (text: string, name = 'config.ts') => writeFileSync(join(folder, name), text);

describe('freshConfig', () => {
  it('gives what the file and what it imports hold now', async () => {
    write(
      `import { env } from '${src}/rules/schema.js'; import { name } from './name.js'; export default { name, bucket: env('B', 'b') as object };`,
    );
    for (const name of ['one', 'two']) {
      write(`export const name: string = '${name}';`, 'name.ts');
      const { input, files } = await freshConfig(file);
      expect(input).toEqual({ name, bucket: { env: 'B', default: 'b' } });
      expect([...files].sort()).toEqual([file, join(folder, 'name.ts')]);
    }
  });

  it('has this process’s builder, so that its mistakes are known', async () => {
    write(
      `import { image } from '${src}/style/builder.js'; export default { good: image().resize({ w: 9 }), bad: image().resize({ w: 0 }) };`,
    );
    const { good, bad } = (await freshConfig(file)).input as { good: object; bad: object };
    expect(String(good)).toBe('image/resize,w_9');
    expect(() => String(bad)).toThrow(StyleValueError);
  });

  it('says where a mistake is', async () => {
    write('// one\nconst a = {};\nexport default { a: a.b.c };\n');
    const error = await freshConfig(file).then(
      () => undefined,
      (cause: Error) => cause,
    );
    expect(error?.stack).toContain(`${file}:3:25`);
    write('export default {,};\n');
    await expect(freshConfig(file)).rejects.toThrow(/config\.ts:1:16: ERROR: /);
  });
});
