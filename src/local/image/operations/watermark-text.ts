// The text of a watermark as a mark.
import { notImplemented } from '../error.js';
import type { Mark } from './mark.js';

export async function textMark(_: { text: string }): Promise<Mark> {
  throw notImplemented('watermark,text');
}
