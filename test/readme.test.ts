import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withOperationTable } from '../src/style/reference.js';
import { commandsIn, documents, exists } from './support/documents.js';

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};
const readme = documents.get('README.md') ?? '';
const chinese = documents.get('README.zh-CN.md') ?? '';

describe.each([...documents])('%s', (path, text) => {
  it('names only commands that there are', () => {
    const named = commandsIn(text).flatMap((command) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names only flags that the command has', async () => {
    const wrong: string[] = [];
    for (const command of commandsIn(text)) {
      const [, name = 'start', argv = ''] = /^npm (?:run (\w+)|start) -- (.*)$/.exec(command) ?? [];
      const script = /src\/cli\/\w+|test\/(?:bench|chaos|fuzz)\/\w+/.exec(scripts[name] ?? '')?.[0];
      if (argv === '' || script === undefined) continue;
      const { href } = new URL(`../${script}.ts`, import.meta.url);
      const { options } = (await import(/* @vite-ignore */ href)).command as { options: object };
      const known = ['help', ...Object.keys(options)];
      for (const [, flag = ''] of argv.matchAll(/(?:^|\s)--([\w-]+)/g)) {
        if (!known.includes(flag)) wrong.push(`${command}: --${flag}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names only files that there are', () => {
    // In src/README.md paths are below src.
    const folder = path.replace(/[^/]*$/, '');
    const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|js|json|md|ya?ml))`/g)].map(
      ([, file = '']) => file,
    );
    // What is made, or is only an example.
    const generated = /^(dist|demo-output)\/|^(cli|test\/cli)\/inspect\.|\/NAME\./;
    expect(named.filter((file) => !exists(file) && !exists(file, folder) && !generated.test(file))).toEqual([]);
  });

  it('links only to what there is', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)/g)];
    expect(links.map(([, link = '']) => link).filter((link) => !exists(link, path))).toEqual([]);
    const dangling = links.filter(([, link = '', heading]) => {
      if (heading === undefined) return false;
      const target = documents.get(new URL(link, `file:///${path}`).pathname.slice(1)) ?? '';
      const headings = [...target.matchAll(/^#+ (.*)/gm)].map(([, words = '']) =>
        words
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      return !headings.includes(heading);
    });
    expect(dangling.map(([link]) => link)).toEqual([]);
  });
});

describe('README', () => {
  it('is short', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(15_000);
  });

  it('shows the page that is tested in a browser', () => {
    expect(readme).toContain(readFileSync(new URL('derivatives/page.html', import.meta.url), 'utf8'));
  });

  it('has the same headings, code and commands in Chinese', () => {
    const levels = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks);
    expect(levels(chinese)).toEqual(levels(readme));
    // Comments are translated.
    const code = (text: string) =>
      [...text.matchAll(/^ *```.*?^ *```/gms)].map(([block]) => block.replace(/ +#.*$/gm, ''));
    expect(code(chinese)).toEqual(code(readme));
    expect(commandsIn(chinese).sort()).toEqual(commandsIn(readme).sort());
    const rows = (text: string) => [...text.matchAll(/^\|/gm)].length;
    expect(rows(chinese)).toBe(rows(readme));
  });

  it('has a script for every command, and a command for every script', () => {
    for (const [name, script] of Object.entries(scripts)) {
      // V8 keeps both halves of the heap small where a plan of any size has to fit in the same memory.
      const flags = name === 'reconcile' ? '--max-semi-space-size=2 --heap-growing-percent=100 ' : '';
      if (script.includes('src/cli/')) expect(script).toBe(`node ${flags}--import tsx src/cli/${name}.ts`);
    }
    expect(
      Object.values(scripts)
        .flatMap((script) => script.match(/(?:src|test)\/\S+\.ts/) ?? [])
        .filter((file) => !exists(file)),
    ).toEqual([]);
  });

  it('shows every command that people run', () => {
    const shown = commandsIn(readme).map((command) => /^npm (?:run )?([\w:]+)/.exec(command)?.[1]);
    const forDevelopers = ['verify', 'lint', 'typecheck', 'format', 'test:browser', 'screenshots'];
    expect(Object.keys(scripts).filter((name) => !shown.includes(name) && !forDevelopers.includes(name))).toEqual([]);
  });
});

describe('src/doctor/README.md', () => {
  const table = documents.get('src/doctor/README.md') ?? '';
  const source = (file: string) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const missing = (words: readonly string[]) => [...new Set(words)].filter((word) => !table.includes(`\`${word}\``));

  it('has every reason for a skip', () => {
    const [type = ''] = /type SkipReason =.*?;/s.exec(source('pipeline/outcome.ts')) ?? [];
    const reasons = [...type.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']) => reason);
    expect(reasons).toContain('no-rule');
    expect(missing(reasons)).toEqual([]);
  });

  it('has every code that the function gives a failure, and every error that it throws', () => {
    const rooms = ['oss', 'pipeline', 'journal'].flatMap((room) =>
      readdirSync(new URL(`../src/${room}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${room}/${file}`),
    );
    const text = [...rooms, 'index.ts', 'rules/config-error.ts'].map(source).join('\n');
    const given = /\bcode(?:: | = )'([A-Z]\w+)'|notSent\('\w+', '(\w+)'|\bname = '([A-Z]\w+)'/g;
    const codes = [...text.matchAll(given)].map(([, code, unsent, error]) => code ?? unsent ?? error ?? '');
    expect(codes).toEqual(expect.arrayContaining(['InvalidTargetKey', 'DeadlineExceeded', 'RetryLater']));
    expect(missing(codes.filter((code) => code !== 'OssError'))).toEqual([]);
  });

  it('has every code that README has', () => {
    const codes = (text: string) =>
      [...text.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/`\w+`/g));
    const [rows = ''] = /^## When something is wrong.*?^## /ms.exec(readme) ?? [];
    expect(codes(rows)).toContain('`AccessDenied`');
    expect(codes(rows).filter((code) => code !== null && !table.includes(code))).toEqual([]);
  });
});

describe('src/style/README.md', () => {
  it('has the table of operations that the catalogue gives: npm run operations -- --write src/style/README.md', () => {
    const table = documents.get('src/style/README.md') ?? '';
    expect(withOperationTable(table)).toBe(table);
  });
});
