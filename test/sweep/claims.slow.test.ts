import { it } from 'vitest';
import { holdTheClaims } from './claims.js';

it('holds in many more interleavings', () => holdTheClaims(3_000), 600_000);
