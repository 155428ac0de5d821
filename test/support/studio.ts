// The studio in a browser: an embedded cloud with the shipped function, rules of the test, and a page that remembers
// what must never happen in it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { studioAnswers } from '../../src/cli/support/studio-answers.js';
import { journalTools } from '../../src/cli/support/studio-journal.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.js';
import type { StudioTools } from '../../src/local/studio/tools.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedConfig, shippedFunction } from './shipped.js';

/** The embedded cloud with a studio. @param config the rules as written */
export function startStudio({
  config = shippedConfig,
  ...options
}: Partial<Omit<LocalCloudOptions, 'config'>> & { readonly config?: unknown } = {}): Promise<LocalCloud> {
  const loaded = loadConfig(config, {});
  const tools: StudioTools = {
    ...studioAnswers(() => loaded, options.now ?? Date.now),
    config: () => loaded,
    rules: () => ({ input: config, file: 'src/config.ts' }),
    journal: journalTools(async () => loaded),
  };
  return startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config: loaded,
    studio: tools,
    ...options,
  });
}

export interface OpenOptions {
  /** The part of the address behind `#`. */
  readonly at?: string;
  readonly locale?: 'en-US' | 'zh-CN';
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A page, and what it must not have done. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors in its console, exceptions, requests that failed or left this machine. */
  readonly problems: string[];
  close(): Promise<void>;
}

/** Opens the studio's page. Playwright's waits have no limit of their own here; the test has. */
export async function openStudio(browser: Browser, url: string, options: OpenOptions = {}): Promise<OpenedPage> {
  const { at = '#/', locale = 'en-US', scheme = 'light', width = 1280, height = 900 } = options;
  const context = await browser.newContext({ locale, colorScheme: scheme, viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol === 'http:' || protocol === 'https:') {
      if (origin !== url) problems.push(`a request to ${request.url()}`);
    }
  });
  await page.goto(`${url}/-/${at}`);
  return { page, problems, close: () => context.close() };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page as it is now: the rule, and where. */
export async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
