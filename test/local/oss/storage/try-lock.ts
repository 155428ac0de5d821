// Locks the directories that come on stdin, each at its time, and tells whether it got them; keeps what it has locked.
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { lockDirectory } from '../../../../src/local/oss/storage/lock.js';

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { directory, time } = JSON.parse(line);
  await setTimeout(time - Date.now());
  try {
    lockDirectory(directory);
    console.log('locked');
  } catch (error) {
    console.log((error as Error).message);
  }
}
