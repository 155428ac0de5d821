import { expect, it } from 'vitest';
import { sharedVersions } from '../../../src/check/rules/shared-version.js';
import { loadConfig } from '../../../src/rules/load.js';

const found = (key: string, bucket: string | string[] = 'photos') => {
  const outputs = [{ style: 'image/resize,w_1', to: { bucket: 'out', key } }];
  const config = loadConfig({ journal: 'throw', rules: [{ name: 'a', when: { bucket }, outputs }] }, {});
  return sharedVersions(config).map(({ severity, code, where }) => `${severity} ${code} ${where}`);
};

it.each([
  ['{etag}.webp', 'photos'],
  ['{name}-{etag}.webp', 'photos'],
  ['{key}/{etag}.webp', ['photos', 'scans']],
])('says that sources share %s of %s', (key, bucket) => {
  expect(found(key, bucket)).toEqual(['info sharedVersion rules[0].outputs[0].to.key']);
});

it.each([
  ['{key}/{etag}.webp', 'photos'],
  ['{bucket}/{key}/{etag}.webp', ['photos', 'scans']],
  ['{key}.webp', ['photos', 'scans']],
])('says nothing of %s of %s', (key, bucket) => {
  expect(found(key, bucket)).toEqual([]);
});
