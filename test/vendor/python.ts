// The integration tests of the Python SDK V2, by pytest. VENDOR_PYTHON: the interpreter (default python3), which has
// pytest, requests, crcmod, aiohttp and pycryptodome.
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { outcomesOfJunit } from './junit.js';
import { settings } from './settings.js';
import type { Suite } from './suite.js';
import { copyCheckout, run } from './workbench.js';

export const pythonSuite: Suite = {
  name: 'python',
  variable: 'VENDOR_PYTHON_SDK',
  async run({ checkout, url, folder }) {
    const copy = join(folder, 'sdk');
    await copyCheckout(checkout, copy);
    const python = process.env['VENDOR_PYTHON'] ?? 'python3';
    // Debian installs pycryptodome under another name.
    const found = await run(python, ['-c', 'import Cryptodome; print(Cryptodome.__path__[0])'], { cwd: folder });
    if (found.exitCode === 0) await symlink(found.output.trim(), join(copy, 'Crypto'));
    const report = join(folder, 'report.xml');
    const args = ['-m', 'pytest', '-q', '--tb=short', `--junitxml=${report}`, 'tests/integration'];
    // Other services, at addresses of their own.
    const left = ['vector', 'tables', 'datapocess'].map((other) => `--ignore=tests/integration/${other}`);
    const { output } = await run(python, [...args, ...left], { cwd: copy, env: settings(url) });
    const xml = await readFile(report, 'utf8').catch(() => {
      throw new Error(`pytest wrote no report:\n${output.slice(-2_000)}`);
    });
    return outcomesOfJunit(xml, (className) => className.replace(/^tests\.integration\.|\.[^.]*$/g, ''));
  },
};
