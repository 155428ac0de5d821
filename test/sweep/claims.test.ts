import { it } from 'vitest';
import { holdTheClaims } from './claims.js';

it(
  'loses nothing, leaves nothing stale, keeps its bounds and ends, however it is interrupted',
  () => holdTheClaims(25),
  60_000,
);
