// The browser of the tests: the Chromium of the machine, without a window. Debian's package `chromium` is one.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const path = findChromium();

/**
 * Why tests with a browser cannot run here; undefined when they can. Where `CI` is set they are never skipped: there,
 * `startBrowser` fails and says so.
 */
export const noBrowser = path === undefined && !process.env['CI'] ? `no ${names.join(', ')} on the PATH` : undefined;

/** Starts it; every name that ends in `.example` leads to this machine. Close it. */
export async function startBrowser(): Promise<Browser> {
  if (path === undefined) throw new Error(`These tests need a browser: there is no ${names.join(', ')} on the PATH.`);
  return await chromium.launch({ executablePath: path, args: ['--host-resolver-rules=MAP *.example 127.0.0.1'] });
}
