import sharp from 'sharp';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { command } from '../../src/cli/explain.js';
import { startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { runHere } from '../support/run.js';
import { shippedConfig, shippedFunction, shippedRulesFile, shippedYaml } from '../support/shipped.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('explain', () => {
  it('shows what the deployed function would send, with the environment and region of s.yaml', async () => {
    const env = { REGION: 'cn-beijing', SOURCE_BUCKET: 'uploads', TARGET_BUCKET: 'made' };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { code, out, error } = await runHere(command, [
      'oss://uploads/avatars/图片%20🎈.JPG',
      '--size',
      '2MB',
      '--config',
      shippedRulesFile,
      '--file',
      shippedYaml,
    ]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out.split('\n').slice(0, 9)).toEqual([
      'oss://uploads/avatars/图片%20🎈.JPG  (ObjectCreated:PutObject)',
      '',
      'rule avatars (rules[0]) takes it',
      '',
      '  1. image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp',
      '     → oss://made/avatars/图片%20🎈.JPG.128.webp',
      '     POST /avatars/%E5%9B%BE%E7%89%87%2520%F0%9F%8E%88.JPG?x-oss-process',
      '     Host: uploads.oss-cn-beijing-internal.aliyuncs.com',
      '     x-oss-process=image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp|sys/saveas,o_YXZhdGFycy_lm77niYclMjDwn46ILkpQRy4xMjgud2VicA,b_bWFkZQ',
    ]);
    expect(out).toContain('  requests: 2 ProcessObject, 1 HeadObject, 4 MB of source data processed\n');
  });

  it('reports mistakes in one line', async () => {
    const runs = [
      await runHere(command, []),
      await runHere(command, ['oss://photos']),
      await runHere(command, ['https://photos.oss-cn-hangzhou.aliyuncs.com/pic/a%20b.jpg']),
      await runHere(command, ['s3://photos/pic/a.jpg']),
      await runHere(command, ['oss://photos/a', '--size', '-1']),
      await runHere(command, ['events/not-an-event.json']),
      await runHere(command, ['oss://photos/a', '--config', 'nowhere.json']),
      await runHere(command, ['oss://photos/a', '--file', 'nowhere.yaml']),
      await runHere(command, ['oss://photos/a', '--size', 'big']),
      await runHere(command, ['oss://photos/a', '--size', '1', '--etag', 'E', '--live']),
      await runHere(command, ['events/put-object.json', '--live']),
      await runHere(command, ['oss://photos/a', '--region', 'cn-beijing']),
    ];
    expect(runs.map(({ code, error }) => `${code} ${error.split('\n')[0]}`)).toEqual([
      '2 explain: expected oss://BUCKET/KEY | EVENT.json',
      "2 explain: 'oss://photos' is not an object: expected oss://BUCKET/KEY",
      '2 explain: https://photos.oss-cn-hangzhou.aliyuncs.com/pic/a%20b.jpg is an address: expected oss://BUCKET/KEY, here oss://photos/pic/a b.jpg',
      '2 explain: s3://photos/pic/a.jpg is an address: expected oss://BUCKET/KEY, here oss://photos/pic/a.jpg',
      "2 explain: --size takes bytes, e.g. 300000, 300KB or 4MB, got '-1'",
      expect.stringMatching(/^1 explain: events\/not-an-event\.json: the event is an object of no known shape/),
      '2 explain: nowhere.json cannot be read: there is no such file',
      '2 explain: nowhere.yaml cannot be read: there is no such file',
      "2 explain: --size takes bytes, e.g. 300000, 300KB or 4MB, got 'big'",
      '2 explain: --size, --etag: with --live the object itself tells',
      '2 explain: events/put-object.json: with --live expected oss://BUCKET/KEY',
      '2 explain: --region: only with --live',
    ]);
  });

  it('says what became of a picture on the embedded OSS: done, without access, waiting, skipped, not there', async () => {
    let broken = true;
    const strikes = (operation: string, key = '') =>
      operation === 'ProcessObject' ? key.includes('403') : key.includes('503');
    const faults = createFaults(['process:403', 'head:503'], {
      seed: 1,
      only: ({ operation, key }) => broken && strikes(operation, key),
    });
    const cloud = await startLocalCloud({
      codeDir: shippedFunction().codeDir,
      config: loadConfig(shippedConfig, {}),
      environmentVariables: { CONFIG_URI: `file://${shippedRulesFile}` },
      runTimers: false,
      faults,
    });
    onTestFinished(() => cloud.close());
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
    const keys = ['avatars/done.jpg', 'avatars/403.jpg', 'avatars/503.jpg', 'notes.txt'];
    for (const key of keys) await localClient(cloud.url, 'photos').put(key, jpeg);
    await cloud.idle();
    broken = false;
    const flags = ['--endpoint', cloud.url, '--config', shippedRulesFile];
    const asked = [];
    for (const key of [...keys, 'avatars/none.jpg']) {
      const { code, out, error } = await runHere(command, [`oss://photos/${key}`, ...flags]);
      asked.push([code, out.split('\n').at(-2), error]);
    }
    expect(asked).toEqual([
      [0, 'answer: both derivatives are there, made since the source was stored', ''],
      [1, 'answer: of 2 derivatives, 2 missing; failed with AccessDenied', ''],
      [1, 'answer: of 2 derivatives, 2 made since the source was stored; 1 record that the timer runs', ''],
      [0, 'answer: no rule takes it, so that nothing is made of it', ''],
      [0, 'answer: there is no such object: it was never stored, or is deleted', ''],
    ]);
    const { out } = await runHere(command, ['oss://photos/avatars/403.jpg', '--json', ...flags]);
    expect(JSON.parse(out)).toMatchObject({
      look: { state: 'there', bytes: jpeg.length },
      derivatives: [{ state: 'missing', records: [{ kind: 'setup', code: 'AccessDenied' }] }, {}],
    });
  });
});
