// A sample of recorder.slow.test.ts: what the built function asks, answers, logs and writes down is as it was recorded.
import { expect, it } from 'vitest';
import { aboutCase, casesOf, isSample } from './cases.js';
import { play } from './play.js';
import { difference, parseRecording, storedRecording } from './recording.js';

it('is as it was recorded', async () => {
  const cases = casesOf().filter(isSample);
  const names = new Set(cases.map(({ name }) => name));
  const recorded = parseRecording(storedRecording()).filter(({ name }) => names.has(name));
  expect(recorded.length).toBe(names.size);
  const wrong = difference(recorded, parseRecording(await play(cases)), (name) => aboutCase(cases, name));
  if (wrong !== undefined) throw new Error(wrong);
});
