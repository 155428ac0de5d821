import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../src/cli/triggers.js';
import { type Ran, runHere } from '../support/run.js';
import { shippedYaml } from '../support/shipped.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-triggers-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string | Buffer): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const rules = (...prefixes: string[]): string =>
  file(
    'rules.json',
    JSON.stringify({
      journal: 'throw',
      rules: prefixes.map((prefix, index) => ({
        name: `r${index}`,
        when: { bucket: { env: 'OTHER_BUCKET', default: 'photos' }, prefix },
        outputs: [{ style: 'style/s', to: { bucket: 'out', key: `${index}/{key}` } }],
      })),
    }),
  );

const yaml = 'resources:\n  a:\n    props:\n      # triggers: made by npm run triggers\n      # end of triggers\n';

/** What it writes as a process, and what `execute` is given. */
async function run(...argv: string[]): Promise<Ran> {
  let out = '';
  let error = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += text;
    return true;
  });
  const ran = await runHere(command, argv);
  vi.restoreAllMocks();
  return { code: ran.code, out: ran.out + out, error: ran.error + error };
}

describe('npm run triggers', () => {
  it('prints the block, and nothing else on stdout', async () => {
    const { code, out, error } = await run('--config', rules('a/'));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^ {6}# triggers: made by npm run triggers\n {6}triggers:\n[\s\S]*\n {6}# end of triggers\n$/);
    expect(out).toContain(`triggerName: oss_\${env('OTHER_BUCKET', 'photos')}_a\n`);
  });

  it('prints the plan as JSON, and what it costs on stderr', async () => {
    const { code, out, error } = await run('--json', '--config', rules(...'abcdefghijkl'));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      triggers: [{ name: 'oss_photos', bucket: 'photos', prefix: '' }],
      timer: false,
      problems: [{ code: 'PrefixesMerged' }],
    });
    expect(error).toMatch(/^note: the rules listen to 12 prefixes .* all of oss:\/\/photos; .*EventBridge.*\n$/);
  });

  it('writes the block into the file that a link names, with its mode, and only once', async () => {
    const target = file('s.yaml', yaml);
    chmodSync(target, 0o640);
    symlinkSync(target, join(folder, 'link.yaml'));
    const argv = ['--write', '--file', join(folder, 'link.yaml'), '--config', rules('a/', 'b/')];
    expect(await run(...argv)).toMatchObject({
      code: 0,
      out: '',
      error: expect.stringContaining('2 triggers written'),
    });
    const written = readFileSync(target, 'utf8');
    expect(written).toMatch(/prefix: a\/[\s\S]*prefix: b\//);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(['link.yaml', 'rules.json', 's.yaml']);
    expect(await run(...argv)).toMatchObject({ code: 0, error: expect.stringContaining('already: 2 triggers') });
    expect(readFileSync(target, 'utf8')).toBe(written);
  });

  it('takes no triggers of rules that run elsewhere out of s.yaml', async () => {
    const shipped = readFileSync(shippedYaml, 'utf8');
    const variable = '# CONFIG_URI: oss://BUCKET/rules.json';
    expect(shipped).toContain(variable);
    const copy = file('copy.yaml', shipped.replace(variable, `CONFIG_URI: \${env('CONFIG_URI', '')}`));
    // What Serverless Devs cannot resolve is taken as it is written.
    const broken = file('broken.yaml', `environmentVariables:\n  CONFIG_URI: file:///a/b\n${yaml}: [`);
    vi.stubEnv('CONFIG_URI', 'file:///code/rules.json');
    for (const path of [copy, broken]) {
      const before = readFileSync(path, 'utf8');
      expect(await run('--write', '--file', path)).toMatchObject({
        code: 1,
        error: expect.stringMatching(
          /sets CONFIG_URI to a file: .*nothing was written\n.*-- --config FILE\.json --write/,
        ),
      });
      expect(readFileSync(path, 'utf8')).toBe(before);
    }
    expect(await run('--write', '--file', copy, '--config', rules('a/'))).toMatchObject({ code: 0 });
  });

  it('changes nothing where it cannot', async () => {
    const other = file('other.yaml', 'resources: {}\n');
    const refused = await run('--write', '--file', other, '--config', rules('a/'));
    expect(refused).toMatchObject({
      code: 1,
      error: expect.stringMatching(/no line "# triggers: .*nothing was written/),
    });
    expect(readFileSync(other, 'utf8')).toBe('resources: {}\n');
    const latin1 = file('latin1.yaml', Buffer.from(`# \xe9\n${yaml}`, 'latin1'));
    expect(await run('--write', '--file', latin1, '--config', rules('a/'))).toMatchObject({
      code: 2,
      error: expect.stringContaining('latin1.yaml'),
    });
    expect(await run('--write', '--file', join(folder, 'none'))).toMatchObject({ code: 2 });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
