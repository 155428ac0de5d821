import { expect, it } from 'vitest';
import { isSendable, nameOf } from '../../../src/local/page/object-name.js';

it.each([
  ['oss://b/k', { bucket: 'b', key: 'k' }],
  ['oss://b//k\n', { bucket: 'b', key: '/k\n' }],
  ['oss://b/', undefined],
  ['oss://b', undefined],
  ['oss:///k', undefined],
  ['timer', undefined],
])('nameOf(%j)', (uri, name) => {
  expect(nameOf(uri)).toEqual(name);
});

it.each(['a', 'a b', '%2e/a', '%2E%2E/a', '..', 'x/./y', '.', 'a/..', 'a/...', '…/..a'])(
  'isSendable(%j) as an address has it',
  (key) => {
    const path = key.split('/').map(encodeURIComponent).join('/');
    expect(isSendable(key)).toBe(new URL(`http://h/b/${path}`).pathname === `/b/${path}`);
  },
);
