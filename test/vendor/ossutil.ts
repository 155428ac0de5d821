// ossutil 1.x as a person uses it, with V4 as it comes (over the Date header). Its own suite signs with V1, so these
// commands, one after another on one bucket, stand for it. VENDOR_OSSUTIL: the program.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localAccount } from '../../src/local/account.js';
import type { Outcome } from './outcome.js';
import type { Suite } from './suite.js';
import { run } from './workbench.js';

interface Use {
  group: string;
  /** Words after `ossutil`; `B` is the bucket's address, `UPLOAD` the id that `ls -m` has shown. */
  command: string;
  /** What it must print; default: nothing in particular. */
  prints?: RegExp;
  /** Two files that must be equal afterwards. */
  same?: readonly [string, string];
}

const uses: readonly Use[] = [
  { group: 'bucket', command: 'mb B' },
  { group: 'bucket', command: 'ls', prints: /ossutil-suite/ },
  { group: 'bucket', command: 'stat B', prints: /StorageClass\s*: Standard/ },
  { group: 'bucket', command: 'set-acl B public-read -b' },
  { group: 'bucket', command: 'lrb', prints: /ossutil-suite/ },
  { group: 'bucket', command: 'bucket-tagging --method put B key#value' },
  { group: 'bucket', command: 'bucket-tagging --method get B', prints: /value/ },
  { group: 'bucket', command: 'bucket-tagging --method delete B' },
  { group: 'bucket', command: 'request-payment --method get B', prints: /BucketOwner/ },
  { group: 'bucket', command: 'bucket-policy --method put B policy.json' },
  { group: 'cors', command: 'cors --method put B cors.xml' },
  { group: 'cors', command: 'cors --method get B', prints: /AllowedOrigin/ },
  { group: 'cors', command: 'cors-options --acr-method PUT --origin http://page.example B/' },
  { group: 'cors', command: 'cors --method delete B' },
  { group: 'style', command: 'style --method put B small style.xml' },
  { group: 'style', command: 'style --method get B small', prints: /resize/ },
  { group: 'style', command: 'style --method list B', prints: /small/ },
  { group: 'style', command: 'style --method delete B small' },
  { group: 'copy', command: 'cp small.txt B/small.txt' },
  { group: 'copy', command: 'cp B/small.txt down/small.txt -f', same: ['small.txt', 'down/small.txt'] },
  { group: 'copy', command: 'cp B/small.txt B/copy.txt' },
  { group: 'copy', command: 'cp tree B/tree/ -r -f' },
  { group: 'copy', command: 'cp B/tree/ down/ -r -f', same: ['tree/a.txt', 'down/a.txt'] },
  { group: 'copy', command: 'cp small.txt B/meta.txt --meta Cache-Control:no-cache#x-oss-meta-a:b -f' },
  { group: 'copy', command: 'cp small.txt B/acl.txt --acl public-read -f' },
  { group: 'copy', command: 'cp small.txt B/tagged.txt --tagging a=b -f' },
  { group: 'copy', command: 'mkdir B/folder' },
  { group: 'multipart', command: 'cp large.bin B/large.bin --bigfile-threshold 1000000 --part-size 300000 -f' },
  {
    group: 'multipart',
    command: 'cp B/large.bin down/large.bin --bigfile-threshold 1000000 --part-size 300000 -f',
    same: ['large.bin', 'down/large.bin'],
  },
  { group: 'multipart', command: 'cp B/large.bin B/large-copy.bin --bigfile-threshold 1000000 --part-size 300000 -f' },
  { group: 'multipart', command: 'ls B -m', prints: /UploadID Number is/ },
  { group: 'multipart', command: 'getallpartsize B' },
  { group: 'object', command: 'ls B', prints: /small\.txt/ },
  { group: 'object', command: 'ls B -d', prints: /tree\// },
  { group: 'object', command: 'ls B --all-versions', prints: /small\.txt/ },
  { group: 'object', command: 'stat B/small.txt', prints: /X-Oss-Hash-Crc64ecma\s*:\s*\d+/ },
  { group: 'object', command: 'cat B/small.txt', prints: /small text/ },
  { group: 'object', command: 'set-meta B/small.txt x-oss-meta-c:d --update' },
  { group: 'object', command: 'set-acl B/small.txt private' },
  { group: 'object', command: 'object-tagging --method put B/small.txt key#value' },
  { group: 'object', command: 'object-tagging --method get B/small.txt', prints: /value/ },
  { group: 'object', command: 'appendfromfile small.txt B/appended.txt' },
  { group: 'object', command: 'create-symlink B/link.txt small.txt' },
  { group: 'object', command: 'read-symlink B/link.txt', prints: /small\.txt/ },
  { group: 'object', command: 'sign B/small.txt', prints: /x-oss-signature=|Signature=/ },
  { group: 'object', command: 'du B', prints: /total object count/i },
  { group: 'object', command: 'probe --upload --bucketname ossutil-suite --upmode normal', prints: /upload.*success/i },
  { group: 'sync', command: 'sync tree B/synced/ -f' },
  { group: 'sync', command: 'sync B/synced/ down/synced/ -f', same: ['tree/a.txt', 'down/synced/a.txt'] },
  { group: 'sync', command: 'sync empty B/synced/ --delete -f' },
  { group: 'versions', command: 'bucket-versioning --method put B enabled' },
  { group: 'versions', command: 'bucket-versioning --method get B', prints: /Enabled/ },
  { group: 'versions', command: 'rm B/copy.txt' },
  { group: 'versions', command: 'revert-versioning B/copy.txt' },
  { group: 'remove', command: 'rm B/small.txt' },
  { group: 'remove', command: 'rm B -m -r -f' },
  { group: 'remove', command: 'rm B -r -f' },
  { group: 'remove', command: 'rm B --all-versions -r -f' },
  { group: 'remove', command: 'rm B -b -f' },
];

export const ossutilSuite: Suite = {
  name: 'ossutil',
  variable: 'VENDOR_OSSUTIL',
  async run({ checkout: program, url, folder }) {
    await writeFiles(folder, url);
    const outcomes: Outcome[] = [];
    for (const { group, command, prints = /(?:)/, same } of uses) {
      const words = command.split(' ').map((word) => word.replace(/^B(?=\/|$)/, 'oss://ossutil-suite'));
      const args = [...words, '--config-file', 'config'];
      const { exitCode, output } = await run(program, args, { cwd: folder, timeout: 60_000 });
      const failed = exitCode !== 0 || /^Error:/m.test(output) || !prints.test(output);
      const differ = !failed && same !== undefined && !(await equal(join(folder, same[0]), join(folder, same[1])));
      const message = differ ? `${same?.join(' and ')} differ` : output.trim().slice(0, 1_000);
      outcomes.push({
        group,
        test: command,
        ...(failed || differ ? { status: 'failed', message } : { status: 'passed' }),
      });
    }
    return outcomes;
  },
};

async function writeFiles(folder: string, url: string): Promise<void> {
  const { accessKeyId, accessKeySecret, region } = localAccount;
  const config = `[Credentials]
language=EN
endpoint=${url}
accessKeyID=${accessKeyId}
accessKeySecret=${accessKeySecret}
signVersion=v4
region=${region}
`;
  const cors = `<CORSConfiguration><CORSRule><AllowedOrigin>http://page.example</AllowedOrigin>
<AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>`;
  const policy = {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: ['oss:*'], Principal: ['*'], Resource: ['*'] }],
  };
  for (const name of ['tree', 'down', 'empty']) await mkdir(join(folder, name));
  const files: Record<string, string | Buffer> = {
    config,
    'cors.xml': cors,
    'policy.json': JSON.stringify(policy),
    'style.xml': '<Style><Content>image/resize,w_100</Content></Style>',
    'small.txt': 'small text\n',
    'large.bin': randomBytes(2_500_000),
    'tree/a.txt': 'a',
    'tree/b.txt': 'b',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

async function equal(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([readFile(a), readFile(b).catch(() => undefined)]);
  return other !== undefined && one.equals(other);
}
