import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetReader } from '../../src/rules/read-back.js';
import { parseTemplate, render, type Template, variableOf } from '../../src/rules/template.js';
import { tellsName, whyNotUnique } from '../../src/rules/unique-target.js';

function templateOf(text: string): Template {
  const parsed = parseTemplate(text);
  if ('issues' in parsed) throw new Error(text);
  return parsed.template;
}

describe('targetReader', () => {
  it.each<[template: string, target: string, parts: object | undefined]>([
    ['{key}.webp', 'a/b.jpg.webp', { dir: 'a/', file: 'b.jpg' }],
    ['{key}.webp', 'b.png', undefined],
    ['{dir}large/{file}', 'a/large/b.jpg', { dir: 'a/', file: 'b.jpg' }],
    ['{dir}large/{file}', 'a/small/b.jpg', undefined],
    ['{dir}{name}.webp', 'a/b.c.webp', { dir: 'a/', name: 'b.c' }],
    ['{dir}{name}.{ext}', 'a/b.c.jpg', { dir: 'a/', name: 'b.c', ext: 'jpg' }],
    ['{ext}.{name}/{dir}', 'jpg.b.c/a/', { dir: 'a/', name: 'b.c', ext: 'jpg' }],
    ['{dir}{key}', 'a/a/b', { dir: 'a/', file: 'b' }],
    ['{dir}{key}', 'a/c/b', undefined],
    ['{ext}{dir}T/{file}', 'a/T/a', { ext: '', name: 'a', dir: 'a/', file: 'a' }],
    ['{name}{dir}/{file}', 'aaa//a', { name: 'a', dir: 'aa/', file: 'a' }],
    ['{name}/{key}', 'a.b/c/a.b.jpg', { name: 'a.b', ext: 'jpg', dir: 'c/', file: 'a.b.jpg' }],
    ['{name}/{key}', 'a.b/c/a.b', undefined],
    ['{dir}{ext}/{file}', 'c//a.', { name: 'a', ext: '', dir: 'c/', file: 'a.' }],
    ['{file}/{dir}{name}', '.x/c/.x', { name: '.x', dir: 'c/', file: '.x' }],
    ['{bucket}/{rule}/{file}', 'photos/r.1/x', { file: 'x' }],
    ['{bucket}/{rule}/{file}', 'photos/r-1/x', undefined],
    ['{year}/{month}/{day}/{file}', '2026/01/31/x', { file: 'x' }],
    ['{year}/{month}/{day}/{file}', '2026/1/31/x', undefined],
    ['{etag}.jpg', 'A7-1.jpg', { etag: 'A7-1' }],
    ['{dir}{name}-{etag}.webp', 'a/photo-1.jpg.webp', undefined],
    ['latest.jpg', 'latest.jpg', {}],
    ['latest.jpg', 'latest_jpg', undefined],
  ])('%s reads %s as %j', (template, target, parts) => {
    const read = targetReader(templateOf(template), 'photos', 'r.1')?.(target);
    expect(parts === undefined ? read : { ...read, year: undefined, month: undefined, day: undefined }).toEqual(parts);
  });

  it('does not read what would take long', () => {
    expect(targetReader(templateOf('{file}{name}{ext}'), 'b', 'r')).toBeUndefined();
    expect(targetReader(templateOf('{dir}{name}{ext}!'), 'b', 'r')?.('.'.repeat(1_023))).toBeUndefined();
  });

  const words = ['{key}', '{dir}', '{file}', '{name}', '{ext}', '{rule}', '.', '/', '-', 'a', 'T/', '.webp'];
  const templates = fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''))
    .filter((text) => 'template' in parseTemplate(text))
    .map(templateOf);
  const keys = fc
    .string({ unit: fc.constantFrom('a', 'b', '.', '/', '-', 'T'), minLength: 1, maxLength: 8 })
    .filter((key) => !key.startsWith('/'));

  it('reads the source back from every target that tells it, or all of it but the extension', () => {
    let told = 0;
    fc.assert(
      fc.property(templates, keys, (template, key) => {
        const object = { bucket: 'b', key };
        const rendered = render(template, (variable) => variableOf(variable, object, 'r'));
        const target = 'key' in rendered ? rendered.key : '';
        const read = targetReader(template, 'b', 'r');
        if (read === undefined) return;
        const parts = read(target);
        expect(parts).toBeDefined();
        const { dir = '', file, name, ext } = parts ?? {};
        const endsInDot = key.endsWith('.');
        if (whyNotUnique(template, endsInDot) === undefined) {
          expect(file ?? (ext ? `${name}.${ext}` : name)).toBe(key.slice(key.lastIndexOf('/') + 1));
        } else if (tellsName(template)) expect(name).toBe(variableOf('name', object, 'r'));
        else return;
        told += 1;
        expect(dir).toBe(variableOf('dir', object, 'r'));
      }),
      { numRuns: 1_000 },
    );
    expect(told).toBeGreaterThan(50);
  });
});
