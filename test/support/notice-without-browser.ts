// Runs once before the tests with a browser: says so where there is none, and how to get one. Where `CI` is set, the
// tests themselves fail.
import { noBrowser } from './browser.js';

/** Called by Vitest. */
export default function setup(): void {
  if (noBrowser === undefined) return;
  const how = 'Debian: apt install chromium; else any Chromium or Chrome that can be started by one of these names';
  process.stderr.write(`\nThe tests with a browser are SKIPPED: there is ${noBrowser}.\n  ${how}.\n\n`);
}
