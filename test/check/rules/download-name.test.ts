import { expect, it } from 'vitest';
import { downloadNames } from '../../../src/check/rules/download-name.js';
import { loadConfig } from '../../../src/rules/load.js';

const outputOf = (disposition: string, key = '{key}') => ({
  style: 'image/resize,w_1',
  to: { bucket: 'out', key },
  headers: { 'Content-DISPOSITION': disposition },
});
const found = (...outputs: ReturnType<typeof outputOf>[]) =>
  downloadNames(loadConfig({ journal: 'throw', rules: [{ name: 'a', when: { bucket: 'photos' }, outputs }] }, {}));

it.each([
  'attachment; filename="{file}"',
  'attachment; filename={name}.webp',
  'inline; FileName = "small {file}"',
  'attachment; filename*={file}',
  `attachment; filename*=UTF-8''{file}; filename="{file}"`,
])('warns of %s', (disposition) => {
  expect(found(outputOf(disposition)).map(({ severity, code, where }) => [severity, code, where])).toEqual([
    ['warning', 'downloadName', 'rules[0].outputs[0].headers'],
  ]);
});

it.each([
  'attachment',
  'attachment; filename="photo.webp"',
  'attachment; filename="{etag}.webp"',
  `attachment; filename*=UTF-8''{file}`,
  `attachment; filename="photo"; filename*=utf-8''{name}.webp`,
])('says nothing of %s', (disposition) => {
  expect(found(outputOf(disposition))).toEqual([]);
});

it('says it once, with the other places', () => {
  const [only, ...more] = found(...['1', '2', '3'].map((n) => outputOf('attachment; filename={file}', `${n}/{key}`)));
  expect(more).toEqual([]);
  expect(only?.message).toContain('(also at rules[0].outputs[1], rules[0].outputs[2])');
});
