// The studio in a browser: an embedded cloud with the shipped function, rules of the test, and a page that remembers
// what must never happen in it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { checkRules } from '../../src/check/rules/check-rules.js';
import { createRunningRules, type RunningRules } from '../../src/cli/support/running-rules.js';
import { makeWorkplace, savedRules, type Workplace } from '../../src/cli/support/saved-rules.js';
import { studioAnswers } from '../../src/cli/support/studio-answers.js';
import { journalTools } from '../../src/cli/support/studio-journal.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.js';
import { loadConfig } from '../../src/rules/load.js';
import { send } from '../local/oss/fixture.js';
import { shippedConfig, shippedFunction } from './shipped.js';

/** What a studio in a test is, besides its cloud. */
export interface StudioOptions extends Partial<Omit<LocalCloudOptions, 'config'>> {
  /** The rules as written. */
  readonly config?: unknown;
  /** The file that they are in, for `saved`; default: there is none. */
  readonly file?: string | undefined;
}

/** One for all studios of a process. */
let workplace: Workplace | undefined;

/** The embedded cloud with a studio; `rules.saved()` says that the file was saved. */
export async function startStudio({
  config: input = shippedConfig,
  file,
  ...options
}: StudioOptions = {}): Promise<LocalCloud & { readonly rules: RunningRules }> {
  workplace ??= makeWorkplace();
  const folder = workplace;
  const codeDir = options.codeDir ?? shippedFunction().codeDir;
  const config = loadConfig(input, {});
  const environmentVariables = options.environmentVariables ?? { CONFIG_URI: folder.write(input) };
  const rules = createRunningRules({
    first: { config, input, environmentVariables, codeDir, files: [] },
    file,
    environment: options.environmentVariables ?? {},
    workplace: folder,
    read: () => savedRules(file ?? '', {}, folder),
    checkSaved: async (saved) => {
      const { findings } = checkRules(() => saved, {}, undefined);
      return findings.map((one) => ({ ...one, file: file ?? 'src/config.ts' }));
    },
    onNews: () => {},
  });
  const studio = {
    ...rules,
    ...studioAnswers(rules.config, options.now ?? Date.now),
    journal: journalTools(async () => rules.config()),
  };
  const cloud = await startLocalCloud({ ...options, codeDir, config, environmentVariables, studio });
  rules.runIn(cloud);
  return { ...cloud, rules };
}

/** The studio's interface, called as its page does. */
export interface StudioCaller {
  readonly token: string;
  /** @param line method and name, such as `POST sign` */
  call<Answer = ReturnType<typeof JSON.parse>>(
    line: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly answer: Answer }>;
}

export async function studioCaller({ port }: Pick<LocalCloud, 'port'>): Promise<StudioCaller> {
  const page = await send(port, { path: '/-/', headers: {}, signed: false });
  const [, token = ''] = /studio-token" content="([\w-]{32})"/.exec(page.text) ?? [];
  return {
    token,
    async call(line, body) {
      const [method = '', name] = line.split(' ');
      const wire = { method, path: `/-/api/${name}`, headers: { 'x-studio-token': token }, signed: false };
      const { status, text } = await send(port, body === undefined ? wire : { ...wire, body: JSON.stringify(body) });
      return { status, answer: JSON.parse(text) };
    },
  };
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
