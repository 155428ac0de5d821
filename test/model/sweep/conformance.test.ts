// The model of a sweep is worth what it has in common with the function. Here both run a unit on the same sources and
// markers, while the same things happen in the middle: they must make the same calls in the same order, and leave the
// same markers and journal records.
import { it } from 'vitest';
import { compared } from './unit-case.js';
import { unitInModel } from './unit-in-model.js';
import { unitInOss } from './unit-in-oss.js';

it('the model asks what a unit asks, and leaves what it leaves', () => compared(100, unitInModel, unitInOss));
