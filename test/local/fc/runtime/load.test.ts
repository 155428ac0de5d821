import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFunction } from '../../../../src/local/fc/runtime/load.js';
import { codeDirectory } from '../fixture.js';

describe('loadFunction', () => {
  const source = `
    exports.handler = () => 'cjs';
    exports.own = () => require('inside');
    exports.text = 'no function';`;

  it('loads an export of a CommonJS module, which resolves its own packages', async () => {
    const directory = codeDirectory(source);
    mkdirSync(join(directory, 'node_modules/inside'), { recursive: true });
    writeFileSync(join(directory, 'node_modules/inside/index.js'), `module.exports = 'its own';`);
    expect((await loadFunction(directory, 'index.handler'))()).toBe('cjs');
    expect((await loadFunction(directory, 'index.own'))()).toBe('its own');
  });

  it('loads ES modules, by extension and by package.json', async () => {
    const module = `export const handler = () => import.meta.url.slice(-9);`;
    const byExtension = codeDirectory('', { 'other.mjs': module });
    expect((await loadFunction(byExtension, 'other.handler'))()).toBe('other.mjs');
    const byPackage = codeDirectory(module, { 'package.json': '{"type":"module"}' });
    expect((await loadFunction(byPackage, 'index.handler'))()).toBe('/index.js');
  });

  it('finds methods of an exported instance', async () => {
    const directory = codeDirectory(`module.exports = new (class { handler() { return 'method'; } })();`);
    expect((await loadFunction(directory, 'index.handler'))()).toBe('method');
  });

  it.each([
    ['absent.handler', /^Module '.*absent\.js' is missing\.$/],
    ['index.absent', /^Handler 'absent' is missing on module '.*index\.js'\.$/],
    ['index.text', /^Handler 'text' is missing/],
  ])('refuses %s', async (handler, message) => {
    await expect(loadFunction(codeDirectory(source), handler)).rejects.toThrow(message);
  });

  it('passes on what the module throws', async () => {
    await expect(loadFunction(codeDirectory(`throw new RangeError('at load');`), 'index.handler')).rejects.toThrow(
      new RangeError('at load'),
    );
  });
});
