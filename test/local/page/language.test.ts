// Times as the page writes them, in whatever language.
import { expect, it } from 'vitest';
import { momentText, timeText } from '../../../src/local/page/language.js';

it('writes midnight as 00', () => {
  const at = new Date(2026, 0, 2, 0, 5).getTime();
  const texts = [timeText(at), momentText(at), momentText(at, { dateStyle: 'medium', timeStyle: 'short' })];
  for (const text of texts) expect(text).toMatch(/(?:^| )00:05(?::00)?$/);
});
