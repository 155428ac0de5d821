// The tests of ali-oss for Node.js, by mocha; `npm install --ignore-scripts` has been run in the checkout. The suite's
// own settings file, test/config.js, is replaced in the copy: the endpoint, the key and V4 alone. The endpoint is
// localhost, since ali-oss makes no URLs for an IP address.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localAccount } from '../../src/local/account.js';
import { type MochaReport, outcomesOfMocha } from './mocha.js';
import type { Suite } from './suite.js';
import { copyCheckout, run } from './workbench.js';

const loopbackOnly = fileURLToPath(new URL('loopback-only.cjs', import.meta.url));

export const aliOssSuite: Suite = {
  name: 'ali-oss',
  variable: 'VENDOR_ALI_OSS',
  async run({ checkout, url, folder }) {
    const copy = join(folder, 'sdk');
    await copyCheckout(checkout, copy);
    await writeFile(join(copy, 'test/config.js'), configFile(url.replace('127.0.0.1', 'localhost')));
    const mocha = async (...args: string[]): Promise<MochaReport> => {
      const report = join(folder, 'report.json');
      const common = ['node_modules/mocha/bin/mocha', '--require', loopbackOnly, '--require', 'should', '--exit'];
      const reporter = ['--reporter', 'json', '--reporter-option', `output=${report}`];
      const { output } = await run(process.execPath, [...common, ...reporter, ...args], { cwd: copy });
      const text = await readFile(report, 'utf8').catch(() => {
        throw new Error(`mocha wrote no report:\n${output.slice(-2_000)}`);
      });
      return JSON.parse(text);
    };
    const files = await Promise.all(['test/node', 'test/node/utils'].map((name) => testFiles(copy, name)));
    const listed = await mocha('--dry-run', ...files.flat());
    return outcomesOfMocha(listed, await mocha('--timeout', '60000', ...files.flat()));
  },
};

async function testFiles(copy: string, folder: string): Promise<string[]> {
  const names = await readdir(join(copy, folder));
  return names.filter((name) => name.endsWith('.test.js')).map((name) => join(folder, name));
}

function configFile(endpoint: string): string {
  const { accountId, accessKeyId, accessKeySecret, region } = localAccount;
  const key = { accessKeyId, accessKeySecret, endpoint, maxSocket: 50 };
  const config = {
    oss: { ...key, accountId, region: `oss-${region}`, authorizationV4: true },
    sts: { ...key, roleArn: `acs:ram::${accountId}:role/suites`, bucket: 'photos' },
    conditions: [{ authorizationV4: true }],
    metaSyncTime: '50ms',
    timeout: '20s',
  };
  return `module.exports = ${JSON.stringify(config)};\n`;
}
