import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/watermark.js';
import { processImage } from '../../src/local/image/pipeline.js';
import { encodeText } from '../../src/style/base64url.js';
import { waves } from '../local/image/pictures.js';
import { runCommand, runHere } from '../support/run.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-watermark-'));
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  const plain = await waves(400, 300).jpeg({ quality: 90 }).toBuffer();
  const style = `image/blindwatermark,content_${encodeText('阿里云\u202e版权所有')},s_medium`;
  const context = { readObject: async () => undefined, immBound: true, saving: true };
  const { body } = await processImage(plain, style, context);
  writeFileSync(file('marked.webp'), await sharp(body).webp({ quality: 85 }).toBuffer());
  writeFileSync(file('plain.jpg'), plain);
  writeFileSync(file('text.jpg'), 'no image at all');
  writeFileSync(file('half.jpg'), plain.subarray(0, plain.length / 2));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('watermark', () => {
  it('prints the text, without what could upset a terminal', async () => {
    expect(await runCommand('watermark', [file('marked.webp')])).toEqual({
      code: 0,
      out: '阿里云\\u202e版权所有\n',
      error: '',
    });
  });

  it('prints text, confidence and strength as JSON', async () => {
    const { code, out } = await runHere(command, ['--json', file('marked.webp')]);
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found).toEqual({ text: '阿里云\u202e版权所有', confidence: expect.any(Number), strength: 'medium' });
    expect(found.confidence).toBeGreaterThan(0.5);
    expect(found.confidence).toBeLessThanOrEqual(1);
  });

  it('says in one line that there is none, or that the file cannot be read', async () => {
    const runs = {
      'plain.jpg': [1, `watermark: ${file('plain.jpg')} holds no blind watermark\n`],
      'text.jpg': [2, `watermark: ${file('text.jpg')} cannot be read: This is no image.\n`],
      'half.jpg': [2, `watermark: ${file('half.jpg')} cannot be read: The image file may be damaged.\n`],
      'nowhere.jpg': [2, `watermark: ${file('nowhere.jpg')} cannot be read: there is no such file\n`],
      '.': [2, `watermark: ${file('.')} cannot be read: it is a directory\n`],
    };
    for (const [name, [code, error]] of Object.entries(runs)) {
      expect(await runHere(command, [file(name)])).toEqual({ code, out: '', error });
    }
    expect((await runHere(command, [])).code).toBe(2);
  });
});
