// The rules of a running function: a draft in their place, a file that is saved, rules in OSS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localClient } from '../../../../src/local/samples/objects.js';
import type { RulesInForce, RulesMistake } from '../../../../src/local/studio/rules-tools.js';
import { type StudioOptions, startStudio, studioCaller } from '../../../support/studio.js';

const rulesOf = (key: string, more: object = {}) => ({
  journal: 'throw',
  rules: [
    {
      name: 'a',
      when: { bucket: 'photos' },
      outputs: [{ style: 'image/resize,w_8', to: { bucket: 'photos-out', key } }],
      ...more,
    },
  ],
});

async function studio(options: StudioOptions) {
  const cloud = await startStudio(options);
  onTestFinished(() => cloud.close());
  const { call: ask } = await studioCaller(cloud);
  return {
    cloud,
    rules: async () => (await ask<RulesInForce>('GET rules')).answer,
    async draft(text: string) {
      return (await ask<{ mistakes: RulesMistake[] }>('POST draft', { text })).answer.mistakes;
    },
    ask,
    /** Uploads an object; gives the keys of all derivatives. */
    async upload(key: string): Promise<string[]> {
      const photo = sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } });
      await localClient(cloud.url, 'photos').put(key, await photo.jpeg().toBuffer());
      await cloud.idle();
      const { objects } = await localClient(cloud.url, 'photos-out').listV2({ 'max-keys': '100' });
      return (objects ?? []).map(({ name }) => name);
    },
  };
}

describe('a draft', () => {
  it('is in force at once, until it is discarded', async () => {
    const { rules, draft, ask, upload } = await studio({ config: rulesOf('first/{key}') });
    expect(await upload('1.jpg')).toEqual(['first/1.jpg']);
    const text = `// mine\n${JSON.stringify(rulesOf('second/{key}'))}`;
    expect(await draft(text)).toEqual([]);
    expect(await rules()).toMatchObject({
      source: 'draft',
      file: 'src/config.ts',
      text,
      input: rulesOf('second/{key}'),
      loaded: { rules: [{ name: 'a', buckets: ['photos'], outputs: [{ key: 'second/{key}', near: [] }] }] },
    });
    expect(await upload('2.jpg')).toEqual(['first/1.jpg', 'second/2.jpg']);
    expect((await ask('POST discard', {})).status).toBe(200);
    expect(await rules()).toMatchObject({ source: 'file', input: rulesOf('first/{key}') });
    expect(await upload('3.jpg')).toEqual(['first/1.jpg', 'first/3.jpg', 'second/2.jpg']);
  });

  it('with mistakes changes nothing', async () => {
    const { rules, draft, ask, upload } = await studio({ config: rulesOf('first/{key}') });
    const before = await rules();
    const loop = JSON.stringify(rulesOf('x/{key}')).replace('photos-out', 'photos');
    const refused = [
      ['{', 'not JSON'],
      [loop, 'could start rule "a"'],
      [JSON.stringify(rulesOf('{key}')).replace('w_8', 'w_0'), 'w'],
      [JSON.stringify(rulesOf('{key}', { when: { bucket: { env: 'FC_SECRET_X' } } })), 'got FC_SECRET_X'],
    ] as const;
    for (const [text, message] of refused) {
      expect(await draft(text)).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
      const checked = await ask('POST check', { text });
      expect(checked.answer.mistakes).toEqual(await draft(text));
    }
    expect(await rules()).toEqual(before);
    expect(await upload('1.jpg')).toEqual(['first/1.jpg']);
  });
});

describe('the file', () => {
  async function withFile() {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-rules-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'rules.json');
    const save = (text: string) => writeFileSync(file, text);
    save('');
    const opened = await studio({ config: rulesOf('first/{key}'), file });
    return {
      ...opened,
      save(text: string) {
        save(text);
        return opened.cloud.rules.saved();
      },
    };
  }

  it('is loaded again when it is saved; with mistakes, the rules stay', async () => {
    const { rules, save, upload } = await withFile();
    await save(`// new\n${JSON.stringify(rulesOf('saved/{key}'))}`);
    expect(await upload('1.jpg')).toEqual(['saved/1.jpg']);
    await save('{ "rules": [] }');
    expect(await rules()).toMatchObject({
      source: 'file',
      input: rulesOf('saved/{key}'),
      refused: expect.stringMatching(/rules\.json: the configuration has .*mistake/),
    });
    expect(await upload('2.jpg')).toEqual(['saved/1.jpg', 'saved/2.jpg']);
    await save(JSON.stringify(rulesOf('mended/{key}')));
    expect((await rules()).refused).toBeUndefined();
    expect(await upload('3.jpg')).toEqual(['mended/3.jpg', 'saved/1.jpg', 'saved/2.jpg']);
  });

  it('does not end a draft, which says that it has changed', async () => {
    const { rules, draft, ask, save, upload } = await withFile();
    await draft(JSON.stringify(rulesOf('draft/{key}')));
    expect((await rules()).fileChanged).toBe(false);
    await save(JSON.stringify(rulesOf('saved/{key}')));
    expect(await rules()).toMatchObject({ source: 'draft', fileChanged: true });
    expect(await upload('1.jpg')).toEqual(['draft/1.jpg']);
    await ask('POST discard', {});
    expect(await upload('2.jpg')).toEqual(['draft/1.jpg', 'saved/2.jpg']);
  });
});

describe('rules in OSS', () => {
  it('are shown as they are published, and take no draft', async () => {
    const { cloud, rules, ask } = await studio({
      config: rulesOf('{key}'),
      environmentVariables: { CONFIG_URI: 'oss://our-rules/live.json' },
      buckets: ['our-rules'],
    });
    const unpublished = await rules();
    expect(unpublished).toMatchObject({ source: 'oss', uri: 'oss://our-rules/live.json' });
    expect(unpublished.input).toBeUndefined();
    const put = (text: string) => localClient(cloud.url, 'our-rules').put('live.json', Buffer.from(text));
    await put(JSON.stringify(rulesOf('live/{key}')));
    expect(await rules()).toMatchObject({ source: 'oss', loaded: { rules: [{ outputs: [{ key: 'live/{key}' }] }] } });
    const explained = await ask('POST explain', { bucket: 'photos', key: 'a.jpg' });
    expect(explained.answer.outputs).toMatchObject([{ target: 'oss://photos-out/live/a.jpg' }]);
    await put('no JSON');
    expect((await rules()).loaded).toBeUndefined();
    const refused = await ask('POST draft', { text: JSON.stringify(rulesOf('{key}')) });
    expect(refused).toMatchObject({ status: 400, answer: { message: expect.stringContaining('in OSS') } });
  });
});

it('says what is unwise', async () => {
  const long = { outputs: [{ style: 'image/resize,w_8/resize,w_9', to: { bucket: 'photos-out', key: '{key}.txt' } }] };
  const { ask, draft } = await studio({ config: rulesOf('{key}', long) });
  const { findings } = (await ask('POST check', {})).answer;
  expect(findings).toContainEqual(
    expect.objectContaining({ file: 'src/config.ts', where: 'rules[0].outputs[0].style' }),
  );
  await draft(JSON.stringify(rulesOf('{key}')).replace('image/', 'image/auto-orient,1/'));
  expect((await ask('POST check', {})).answer.findings).toEqual([]);
});
