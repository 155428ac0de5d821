// `replay` on the embedded cloud, with ali-oss as the one who looks.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { command } from '../../src/cli/replay.js';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import type { OssCall } from '../../src/local/oss/call.js';
import { localClient } from '../../src/local/samples/objects.js';
import { openAccount } from '../../src/remote/account.js';
import { loadConfig } from '../../src/rules/load.js';
import { ended, runHere, seen, spawnCommand } from '../support/run.js';
import { shippedFunction } from '../support/shipped.js';
import { shortened } from '../support/world.js';

const input = {
  journal: { bucket: { env: 'JOURNAL_BUCKET', default: 'photos-journal' }, prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: ['in/', 'avatars/'] },
      outputs: [{ style: 'image/resize,w_10', to: { bucket: 'photos-out', key: '{key}.webp' } }],
    },
  ],
};

let cloud: LocalCloud;
const { codeDir } = shippedFunction();
let folder: string;
let config: string;
let jpeg: Buffer;
/** Which of the replay's calls are refused, and which are never answered. */
const nobody = (_: OssCall): boolean => false;
let refused = nobody;
let unconfirmed = nobody;
let onStall = (): void => undefined;

/** The cloud at an address of this machine that is not known for one, and that the cloud itself does not answer to. */
async function remoteEndpoint(): Promise<string> {
  const forward = createServer((req, res) => {
    const headers = { ...req.headers, host: `127.0.0.1:${cloud.port}` };
    const onward = request(
      { host: '127.0.0.1', port: cloud.port, method: req.method, path: req.url, headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(res);
      },
    );
    req.pipe(onward);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void forward.close());
  await once(forward, 'listening');
  return `http://0.0.0.0:${(forward.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-replay-'));
  config = join(folder, 'rules.json');
  writeFileSync(config, JSON.stringify(input));
  const faults = createFaults(['process:stall/1m', 'any:403'], {
    seed: 1,
    only: (call) => (call.operation === 'ProcessObject' ? unconfirmed(call) : refused(call)),
    onFault: () => onStall(),
  });
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: `file://${config}` },
    buckets: ['env-journal'],
    runTimers: false,
    faults,
  });
  jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
    .jpeg()
    .toBuffer();
});

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  refused = nobody;
  unconfirmed = nobody;
  for (const key of await records()) await journal().delete(key);
  vi.unstubAllEnvs();
});

const replay = (...argv: string[]) => runHere(command, ['--endpoint', cloud.url, '--config', config, ...argv]);
const journal = () => localClient(cloud.url, 'photos-journal');

async function keysIn(bucket: string): Promise<string[]> {
  const { objects } = await localClient(cloud.url, bucket).listV2({ 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

const records = () => keysIn('photos-journal');
const placesOf = async () => (await records()).map(shortened);

/** Uploads that failed because the target bucket was missing, which is there by now. */
async function fixed(...keys: string[]): Promise<void> {
  const out = localClient(cloud.url, 'photos-out');
  for (const key of await keysIn('photos-out')) await out.delete(key);
  await out.deleteBucket('photos-out');
  for (const key of keys) await localClient(cloud.url, 'photos').put(key, jpeg);
  await cloud.idle();
  expect(await records()).toHaveLength(keys.length);
  cloud.oss.createBucket('photos-out');
}

describe('replay', () => {
  it('runs what failed once someone has fixed it, and deletes what has succeeded', async () => {
    const photos = localClient(cloud.url, 'photos');
    await photos.useBucket('photos-out').deleteBucket('photos-out');
    for (const key of ['in/a b.jpg', 'in/目录/1+1.jpg']) await localClient(cloud.url, 'photos').put(key, jpeg);
    await localClient(cloud.url, 'photos').put('in/bad.jpg', Buffer.from('no image'));
    await cloud.idle();
    const before = await records();
    expect(before).toHaveLength(3);

    const dry = await replay('--dry-run', '--code', 'NoSuchBucket');
    expect(dry).toMatchObject({ code: 0, error: '' });
    const [first, second, third] = dry.out.split('\n');
    expect(first).toBe('setup     thumbs NoSuchBucket oss://photos/in/a b.jpg → oss://photos-out/in/a b.jpg.webp');
    expect(second).toBe('          image/resize,w_10  NoSuchBucket (HTTP 404): The specified bucket does not exist.');
    expect(third).toMatch(
      /^ {10}tried 1×, \d+ seconds? old, since 20.*Z {2}journal:autostyle\/failed\/setup\/thumbs\/[0-9a-f]{64}\.[0-9a-f]{16}\.json$/,
    );
    expect(dry.out).toMatch(/\nby code: 3 NoSuchBucket\n3 records, 0 unreadable; nothing was changed\n$/);
    const described = JSON.parse((await replay('--dry-run', '--json')).out);
    expect(described).toMatchObject({ dryRun: true, records: 3, unreadable: 0, codes: { NoSuchBucket: 3 } });
    expect(described.found).toHaveLength(3);
    expect(described.found[0]).toEqual({
      record: before[0],
      ...{ kind: 'setup', rule: 'thumbs', code: 'NoSuchBucket', style: 'image/resize,w_10', attempts: 1 },
      message: 'NoSuchBucket (HTTP 404): The specified bucket does not exist.',
      ...{ source: expect.stringMatching(/^oss:/), target: expect.stringMatching(/^oss:.*webp$/) },
      ...{ since: expect.stringMatching(/^20.*Z$/), ageSeconds: expect.any(Number) },
    });
    expect(await records()).toEqual(before);

    const still = await replay('--kind', 'setup', '--json');
    expect(still.code).toBe(1);
    expect(JSON.parse(still.out)).toMatchObject({
      journal: 'oss://photos-journal/autostyle/',
      ...{ dryRun: false, records: 3, saved: 0, failed: 3, left: 3, unreadable: 0 },
    });
    expect(JSON.parse(still.out).results).toHaveLength(3);
    expect(await records()).toHaveLength(3);

    cloud.oss.createBucket('photos-out');
    const { code, out } = await replay('--kind', 'setup');
    expect(out).toMatch(/\n3 records: 2 saved, 0 removed, 0 skipped, 1 failed; 1 left in the journal, 0 unreadable\n$/);
    expect(code).toBe(1);
    expect(out).toContain('saved   oss://photos/in/目录/1+1.jpg → oss://photos-out/in/目录/1+1.jpg.webp');
    // What turned out to be no image has moved to the failures that will never work.
    expect(await placesOf()).toEqual(['autostyle/failed/permanent/thumbs/ID.V.json']);
  });

  it('goes on with what is left when it was killed in the middle', async () => {
    await fixed('in/first.jpg', 'in/second.jpg');
    unconfirmed = ({ key }) => key === 'in/second.jpg';
    const stalled = new Promise<void>((resolve) => {
      onStall = resolve;
    });
    const child = spawnCommand('replay', ['--endpoint', cloud.url, '--config', config]);
    await Promise.all([seen(child, /saved +oss:\/\/photos\/in\/first\.jpg/), stalled]);
    child.kill('SIGKILL');
    await ended(child);
    // The claim of the one that was being run outlives it: its call may still write.
    expect(await placesOf()).toEqual([
      expect.stringMatching(/^autostyle\/due\/.{16}\/ID\.json$/),
      'autostyle/failed/setup/thumbs/ID.V.json',
    ]);
    unconfirmed = nobody;
    const again = await replay();
    expect(again.out).toMatch(/\n1 record: 1 saved, 0 removed, 0 skipped, 0 failed; 0 left in the journal/);
    expect(again.code).toBe(0);
    expect(await keysIn('photos-out')).toEqual(['in/first.jpg.webp', 'in/second.jpg.webp']);
    expect(await placesOf()).toEqual([expect.stringMatching(/^autostyle\/due\//)]);
  });

  it('names a record that it cannot read, and goes on', async () => {
    await fixed('in/a.jpg', 'in/b.jpg');
    const [hidden = ''] = await records();
    refused = ({ operation, key }) => operation === 'GetObject' && key === hidden;
    const dry = await replay('--dry-run');
    expect(dry.code).toBe(1);
    expect(dry.out).toContain(`unreadable journal:${hidden}  AccessDenied`);
    const { code, out } = await replay();
    expect(code).toBe(1);
    expect(out).toContain(`failed  journal:${hidden}  setup: AccessDenied`);
    expect(out).toMatch(/\n2 records: 1 saved, .* 1 failed; 1 left in the journal, 1 unreadable\n$/);
    expect(await records()).toEqual([hidden]);
  });

  it('reports when a record stays that could not be deleted', async () => {
    await fixed('in/a.jpg');
    const before = await records();
    refused = ({ operation, key }) => operation === 'DeleteObject' && before.includes(key);
    const { code, out } = await replay();
    expect(code).toBe(1);
    expect(out).toContain(`left    journal:${before[0]}  (the journal cannot be deleted from: AccessDenied`);
    expect(out).toMatch(/1 saved, .* 0 failed; 1 left in the journal, 0 unreadable\n$/);
    expect(await records()).toEqual(before);
  });

  it('leaves what is not due yet', async () => {
    await fixed('in/due.jpg', 'in/later.jpg');
    const of = new Map<string, Buffer>();
    for (const key of await records()) {
      const { content } = await journal().get(key);
      of.set(JSON.parse(String(content)).source.key, content);
      await journal().delete(key);
    }
    const record = (key: string) =>
      Buffer.from(JSON.stringify({ ...JSON.parse(String(of.get(key))), kind: 'unsettled', unsettled: 'unanswered' }));
    await journal().put('autostyle/due/2024-01-01T00:00/a.json', record('in/due.jpg'));
    await journal().put('autostyle/due/2999-01-01T00:00/b.json', record('in/later.jpg'));
    expect((await replay('--kind', 'transient')).out).toMatch(/^0 records: .* 1 not due yet/);
    const { code, out } = await replay('--kind', 'unsettled');
    expect(out).toMatch(
      /\n1 record: 1 saved, .* 0 left in the journal, 0 unreadable, 1 not due yet \(the next at 2999-01-01T00:00Z\)\n$/,
    );
    expect(code).toBe(0);
    expect(await records()).toEqual(['autostyle/due/2999-01-01T00:00/b.json']);
    expect(await keysIn('photos-out')).toEqual(['in/due.jpg.webp']);
  });

  it('lists what waits, and runs it before its time; what was left without an answer stays until then', async () => {
    await fixed('in/soon.jpg', 'in/late.jpg');
    for (const key of await records()) {
      const { content } = await journal().get(key);
      const { source, error, ...record } = JSON.parse(String(content));
      await journal().delete(key);
      const kind =
        source.key === 'in/soon.jpg'
          ? { kind: 'transient', error: { ...error, kind: 'transient', code: 'InternalError' } }
          : { kind: 'unsettled', unsettled: 'unanswered' };
      const name = source.key === 'in/soon.jpg' ? 'soon' : 'late';
      await journal().put(
        `autostyle/due/2999-01-01T00:00/${name}.json`,
        Buffer.from(JSON.stringify({ ...record, source, ...kind })),
      );
    }
    const before = await records();
    const listed = await replay('--not-due');
    expect(listed).toMatchObject({ code: 0, error: '' });
    expect(listed.out).toMatch(/^unsettled thumbs unanswered oss:\/\/photos\/in\/late\.jpg/m);
    expect(listed.out).toMatch(
      /old, since .*, due 2999-01-01T00:00Z {2}journal:autostyle\/due\/2999-01-01T00:00\/late/,
    );
    expect(listed.out).toMatch(/\nby code: .*1 InternalError.*\n2 records, 0 unreadable; nothing was changed\n$/);
    expect(JSON.parse((await replay('--not-due', '--code', 'InternalError', '--json')).out)).toMatchObject({
      found: [{ kind: 'transient', due: '2999-01-01T00:00Z', record: before[1] }],
    });
    expect(await keysIn('photos-out')).toEqual([]);

    const { code, out } = await replay('--now');
    expect(out).toContain(
      `waits   journal:${before[0]}  (until 2999-01-01T00:00Z: a call without an answer may still write)`,
    );
    expect(out).toMatch(/\n2 records: 2 saved, .* 0 left in the journal, 0 unreadable, 1 kept until due\n$/);
    expect(code).toBe(0);
    expect(await keysIn('photos-out')).toEqual(['in/late.jpg.webp', 'in/soon.jpg.webp']);
    expect(await records()).toEqual([before[0]]);
  });

  it('discards what is done with, by the same filter, after a yes', async () => {
    await fixed('in/a.jpg');
    const [kept = ''] = await records();
    const foreign = {
      ...{ version: 2, kind: 'permanent', source: 'event:acs.ecs ecs:x', attempts: 1, since: '2026-11-22T08:00:00Z' },
      error: { kind: 'permanent', code: 'ForeignSource', message: 'another service sends this' },
    };
    await journal().put('autostyle/failed/permanent/-/f.json', Buffer.from(JSON.stringify(foreign)));
    await journal().put('autostyle/failed/permanent/-/broken.json', Buffer.from('{'));
    const chosen = ['--kind', 'permanent', '--code', 'ForeignSource'];

    const run = await replay(...chosen);
    expect(run.code).toBe(1);
    expect(run.out).toContain('(it holds no upload, so that nothing can be run; --discard deletes it)');
    const listed = await replay('--discard', '--dry-run', ...chosen);
    expect(listed.out).toMatch(/^permanent - ForeignSource event:acs\.ecs ecs:x\n +another service sends this\n/);
    const refused = await replay('--discard', ...chosen);
    expect(refused).toMatchObject({ code: 2, error: 'replay: --discard: there is no terminal to ask on; say --yes\n' });
    expect(await records()).toHaveLength(3);

    const done = await replay('--discard', '--yes', ...chosen);
    expect(done.out).toMatch(/\nby code: 1 ForeignSource\n1 record deleted; 0 left in the journal, 0 unreadable\n$/);
    expect(done.code).toBe(0);
    expect(await records()).toEqual(['autostyle/failed/permanent/-/broken.json', kept]);
    const rest = await replay('--discard', '--yes', '--code', 'MalformedRecord', '--json');
    expect(JSON.parse(rest.out)).toMatchObject({
      discarded: 1,
      left: [],
      unreadable: 0,
      found: [{ broken: 'is no journal record' }],
    });
    expect(await records()).toEqual([kept]);
  });

  it('takes the rules that CONFIG_URI in .env names, with the variables that .env sets', async () => {
    const file = join(folder, 'env');
    const settings = {
      JOURNAL_BUCKET: 'env-journal',
      CONFIG_URI: 'oss://env-journal/rules.json',
      ALIBABA_CLOUD_ACCESS_KEY_ID: localAccount.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: localAccount.accessKeySecret,
    };
    writeFileSync(
      file,
      Object.entries(settings)
        .map((setting) => setting.join('='))
        .join('\n'),
    );
    const unset = [...Object.keys(settings), 'OSS_ENDPOINT', 'REGION', 'ALIBABA_CLOUD_SECURITY_TOKEN'];
    for (const name of unset) vi.stubEnv(name, '');
    vi.stubEnv('ENV_FILE', file);
    await fixed('avatars/env.jpg');
    const [key = ''] = await records();
    const { content } = await journal().get(key);
    await journal().delete(key);
    const own = localClient(cloud.url, 'env-journal');
    await own.put(key, content);
    await own.put('rules.json', Buffer.from(JSON.stringify(input)));
    const { code, out, error } = await runHere(command, ['--endpoint', await remoteEndpoint(), '--json']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(JSON.parse(out)).toMatchObject({ journal: 'oss://env-journal/autostyle/', records: 1, saved: 1, left: 0 });
    expect(await keysIn('photos-out')).toEqual(['avatars/env.jpg.webp']);
    expect(await keysIn('env-journal')).toEqual(['rules.json']);
  });

  it('takes the records of a journal that has moved along, and runs them where there is no other', async () => {
    await fixed('in/moved.jpg');
    const moved = join(folder, 'moved.json');
    const former = ['--journal', 'oss://photos-journal/autostyle/'];
    const using = (where: object | string) => {
      writeFileSync(moved, JSON.stringify({ ...input, journal: where }));
      return (...argv: string[]) => runHere(command, ['--endpoint', cloud.url, '--config', moved, ...argv]);
    };
    const there = using({ bucket: 'env-journal', prefix: 'new/' });
    expect(await there(...former, '--dry-run')).toMatchObject({
      code: 0,
      out: '1 record of oss://photos-journal/autostyle/ can be taken along to oss://env-journal/new/; nothing was changed\n',
    });
    const sweep = 'autostyle/sweeps/8200000000-20260129T000000Z/sweep.json';
    await localClient(cloud.url, 'photos-journal').put(sweep, Buffer.from('{}'));
    const along = await there(...former);
    expect(along).toMatchObject({ code: 0, out: expect.stringContaining('1 record taken along, 0 left') });
    expect(along.out).toContain('the sweep 8200000000-20260129T000000Z stays there, and nobody goes on with it');
    await localClient(cloud.url, 'photos-journal').delete(sweep);
    expect(await records()).toEqual([]);
    const inNew = async () => (await keysIn('env-journal')).filter((key) => key.startsWith('new/'));
    expect(await inNew()).toEqual([expect.stringMatching(/^new\/failed\/setup\/thumbs\//)]);
    expect(await there('--json')).toMatchObject({ code: 0, out: expect.stringContaining('"saved": 1') });
    expect(await inNew()).toEqual([]);
    expect(await replay(...former)).toMatchObject({
      code: 2,
      error: expect.stringContaining('is the present journal'),
    });

    await fixed('in/left.jpg');
    const nowhere = using('throw');
    expect(await nowhere()).toMatchObject({ code: 1, error: expect.stringContaining('keeps no journal') });
    expect(await nowhere(...former, '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"saved": 1') });
    expect(await records()).toEqual([]);
  });

  it.each([
    ['--discard'],
    ['--now'],
    ['--kind', 'setup'],
    ['--rule', 'zzz'],
    ['--code', 'X'],
    ['--since', '2026-01-01'],
  ])('takes a former journal along whole: %s is refused', async (...flag) => {
    const at = ['--endpoint', cloud.url, '--config', config];
    const { code, error } = await runHere(command, ['--journal', 'oss://photos-journal/old/', ...flag, ...at]);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining(`records along: no ${flag[0]}`) });
  });

  it('reports mistakes in one line', async () => {
    const at = ['--endpoint', cloud.url, '--config', config];
    const runs = [
      await runHere(command, ['--kind', 'broken', ...at]),
      await runHere(command, ['--since', 'yesterday', ...at]),
      await runHere(command, ['--concurrency', '0', ...at]),
      await runHere(command, ['--now', '--kind', 'setup', ...at]),
      await runHere(command, ['--discard', '--not-due', ...at]),
      await runHere(command, ['--endpoint', 'http://127.0.0.1:9', '--config', config]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 1]);
    expect(runs.map(({ error }) => error.trim().split('\n').length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(runs[5]?.error).toMatch(/^replay: the journal oss:\/\/photos-journal\/autostyle\/: /);
    expect(() => openAccount({ endpoint: 'http://u:p@x/y' }, {})).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.not.stringContaining('u:p') }),
    );
  });
});
