import { expect, it } from 'vitest';
import { newInstanceId, newRequestId } from '../../../src/local/fc/identifier.js';

it('has the shape of FC 3.0, with the time in its second part', () => {
  const now = Date.UTC(2024, 1, 22, 9, 21, 29, 999);
  expect(newRequestId(now)).toMatch(/^1-65d71219-[0-9a-f]{8}-[0-9a-f]{12}$/);
  expect(newInstanceId(now)).toMatch(/^c-65d71219-[0-9a-f]{8}-[0-9a-f]{12}$/);
  expect(new Set(Array.from({ length: 1000 }, () => newRequestId(now))).size).toBe(1000);
});
