// The order of uploads in progress.
import { expect, test } from 'vitest';
import { uploadsInProgress } from '../../../../src/local/oss/object/uploads.js';

test('are in the order of their keys, whatever they hold, then of their ids', () => {
  const uploads = uploadsInProgress();
  const keys = ['a\0', 'a', 'a', '🎉', '\uFFFD', 'a\0', 'a'];
  const ids = keys.map((key) => uploads.start({ bucketName: 'b', key, initiated: 0, headers: {}, labels: {} }).id);
  const listed = uploads.of('b');
  expect(listed.map(({ key }) => key)).toEqual(['a', 'a', 'a', 'a\0', 'a\0', '\uFFFD', '🎉']);
  const ofA = ids.filter((_, index) => keys[index] === 'a').sort();
  expect(listed.slice(0, 3).map(({ id }) => id)).toEqual(ofA);
});
