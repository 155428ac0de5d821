import { afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../src/cli/explain.js';
import { runHere } from '../support/run.js';
import { shippedRulesFile, shippedYaml } from '../support/shipped.js';

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
      await runHere(command, ['events/not-an-event.json']),
      await runHere(command, ['oss://photos/a', '--config', 'nowhere.json']),
      await runHere(command, ['oss://photos/a', '--file', 'nowhere.yaml']),
      await runHere(command, ['oss://photos/a', '--size', 'big']),
    ];
    expect(runs.map(({ code, error }) => `${code} ${error.split('\n')[0]}`)).toEqual([
      '2 explain: expected oss://BUCKET/KEY | EVENT.json',
      "2 explain: 'oss://photos' is not an object: expected oss://BUCKET/KEY",
      expect.stringMatching(/^1 explain: events\/not-an-event\.json: the event is an object of no known shape/),
      '2 explain: nowhere.json cannot be read: there is no such file',
      '2 explain: nowhere.yaml cannot be read: there is no such file',
      "2 explain: --size takes bytes, e.g. 300000, 300KB or 4MB, got 'big'",
    ]);
  });
});
