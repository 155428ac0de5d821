// Run by Vitest before each test file of the project `fc`: without the Node.js of Function Compute, which is fetched,
// its tests are skipped. CI skips none: there, the set-up fails.
import { beforeEach, inject } from 'vitest';
import { versionOfFc } from './node-of-fc.js';

beforeEach(({ skip }) => skip(inject('nodeOfFunction') === '', `no Node.js ${versionOfFc}`));
