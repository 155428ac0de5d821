// The integration tests of the Go SDK V2, each in a process of its own, since a panic ends all that follow. With
// GO111MODULE=off the packages come from GOPATH, else from the module cache.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outcomeOfGo } from './go-test.js';
import type { Outcome } from './outcome.js';
import { settings } from './settings.js';
import type { Suite } from './suite.js';
import { copyCheckout, run } from './workbench.js';

/** The suite is one file; its groups here are by the first of these words that a name has. */
const groups = [
  'Presign',
  'Multipart|UploadPart|ListParts',
  'Version',
  'Acl',
  'Tagging|Tags',
  'Symlink',
  'Select',
  'Uploader|Downloader|Copier|ClientExtension|AppendFile|GetObjectToFile|Paginator',
  'Bucket',
  'Object',
];

export const goSuite: Suite = {
  name: 'go',
  variable: 'VENDOR_GO_SDK',
  async run({ checkout, url, folder }) {
    const copy = join(folder, 'src/github.com/aliyun/alibabacloud-oss-go-sdk-v2');
    await copyCheckout(checkout, copy);
    const cwd = join(copy, 'oss');
    const binary = join(folder, 'oss.test');
    const path = { GOPATH: [folder, process.env['GOPATH']].filter(Boolean).join(':') };
    const env = process.env['GO111MODULE'] === 'off' ? path : {};
    const built = await run('go', ['test', '-tags', 'integration', '-c', '-o', binary, '.'], { cwd, env });
    if (built.exitCode !== 0) throw new Error(`go test -c:\n${built.output.slice(-2_000)}`);
    const source = await readFile(join(cwd, 'client_integration_test.go'), 'utf8');
    const outcomes: Outcome[] = [];
    for (const [, test = ''] of source.matchAll(/^func (Test\w+)\(/gm)) {
      const args = [`-test.run=^${test}$`, '-test.v'];
      const { exitCode, output } = await run(binary, args, { cwd, env: goSettings(url), timeout: 120_000 });
      outcomes.push(outcomeOfGo(groupOf(test), test, output, exitCode));
    }
    return outcomes;
  },
};

function groupOf(test: string): string {
  return groups.find((words) => new RegExp(words).test(test))?.split('|')[0] ?? 'other';
}

/**
 * The suite clears up with its own client only where the endpoint's text holds the bucket's public endpoint, and over
 * that public endpoint otherwise: so that stands where a user's name would.
 */
function goSettings(url: string): Record<string, string> {
  const { host } = new URL(url);
  return {
    ...settings(url),
    OSS_TEST_ENDPOINT: `http://oss-${settings(url)['OSS_TEST_REGION']}.aliyuncs.com@${host}`,
  };
}
