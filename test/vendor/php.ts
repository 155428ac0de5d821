// The integration tests of the PHP SDK V2, by PHPUnit. Guzzle is the checkout's (`composer install`) or the system's.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outcomesOfJunit } from './junit.js';
import { settings } from './settings.js';
import type { Suite } from './suite.js';
import { copyCheckout, run } from './workbench.js';

const bootstrap = fileURLToPath(new URL('php-bootstrap.php', import.meta.url));

export const phpSuite: Suite = {
  name: 'php',
  variable: 'VENDOR_PHP_SDK',
  async run({ checkout, url, folder }) {
    const copy = join(folder, 'sdk');
    await copyCheckout(checkout, copy);
    const report = join(folder, 'report.xml');
    const args = ['--no-configuration', '--bootstrap', bootstrap, '--log-junit', report, 'tests/IntegrationTests'];
    const { output } = await run('phpunit', args, { cwd: copy, env: { ...settings(url), PHP_SDK: copy } });
    const xml = await readFile(report, 'utf8').catch(() => {
      throw new Error(`phpunit wrote no report:\n${output.slice(-2_000)}`);
    });
    return outcomesOfJunit(xml, (className) => className.replace(/^.*\./, ''));
  },
};
