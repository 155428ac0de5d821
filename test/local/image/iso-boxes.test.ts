import { expect, it } from 'vitest';
import { brandsOf, isWhole } from '../../../src/local/image/iso-boxes.js';

const box = (type: string, content = '', size = content.length + 8) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(size);
  return Buffer.concat([head, Buffer.from(type + content, 'latin1')]);
};
const start = box('ftyp', 'heic\0\0\0\0mif1heic');
const large = (content: string) => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.length + 16));
  return box('mdat', size.toString('latin1') + content, 1);
};

it('names the brands', () => {
  expect(brandsOf(start)).toEqual(['heic', '\0\0\0\0', 'mif1', 'heic']);
  expect(brandsOf(box('ftyp', 'avif\0\0\0\0', 0xffffffff))).toEqual(['avif', '\0\0\0\0']);
});

it.each<[string, boolean, Buffer[]]>([
  ['all boxes', true, [start, box('meta', 'items'), box('mdat', 'pixels')]],
  ['a last box that goes to the end', true, [start, box('meta', 'items'), box('mdat', 'pixels', 0)]],
  ['a size of 64 bits', true, [start, box('meta', 'items'), large('pixels')]],
  ['bytes behind the last box', true, [start, box('meta', 'items'), Buffer.alloc(12)]],
  ['nothing but brands', false, [start]],
  ['no description', false, [start, box('mdat', 'pixels')]],
  ['a box cut short', false, [start, box('meta', 'items'), box('mdat', 'pixels', 15)]],
  ['a size of 64 bits, cut short', false, [start, box('meta', 'items'), large('pixels').subarray(0, -1)]],
  ['a head cut short', false, [start, box('meta', 'items', 1)]],
  ['a size that leads nowhere', false, [start, box('free', '', 4), box('meta', 'items')]],
])('with %s a file is whole: %s', (_, expected, boxes) => {
  expect(isWhole(Buffer.concat(boxes))).toBe(expected);
});
