import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../src/local/image/error.js';
import { processImage } from '../../src/local/image/pipeline.js';
import { operationRows, operationTable, reference, withOperationTable } from '../../src/style/reference.js';

describe('the table of operations', () => {
  const lines = operationTable().split('\n');
  const row = (operation: string) => lines.find((line) => line.startsWith(`| [\`${operation}\`]`));

  it('has a head, a rule, and a row for each operation, all of five cells', () => {
    expect(lines.length).toBe(2 + 26);
    for (const line of lines) expect(line.match(/(?<!\\)\|/g)).toHaveLength(6);
    expect(lines[1]).toBe('| --- | --- | --- | --- | --- |');
  });

  it('says what each takes, with ranges and defaults', () => {
    expect(row('resize')).toContain('`m` lfit, mfit, fill, pad, fixed (lfit); `w` 1–16384; `h` 1–16384');
    expect(row('resize')).toContain('`limit` 0, 1 (1); `color` RRGGBB (FFFFFF)');
    expect(row('circle')).toContain('`r` 1–4096, required');
    expect(row('rotate')).toContain('| 0–360 |');
    expect(row('bright')).toContain('| -100 to 100 |');
    expect(row('watermark')).toContain('`text` base64url, ≤ 64 bytes; ');
    expect(row('blindwatermark')).toContain('`content` base64url, ≤ 256 characters, required');
    expect(row('blindwatermark')).toContain('(needs an IMM project)');
    expect(row('deblindwatermark')).toContain('(asynchronous only)');
    expect(row('info')).toMatch(/^\| \[`info`\]\(https:\/\/[^)]+\) \| {2}\| Size, format and EXIF as JSON \|/);
    expect(row('crop')).toMatch(/\| yes \| yes, not `g_face`, not `g_auto` \|$/);
    expect(row('format')).toMatch(/\| GIF as `gif` or `webp`, [^|]+ \| approx, not `heic` \|$/);
    expect(row('quality')).toMatch(/\| {2}\| approx \|$/);
    expect(row('auto-orient')).toMatch(/\| {2}\| yes \|$/);
  });
});

describe('the table of limits', () => {
  const limits = reference().slice(operationTable().length).trim().split('\n');

  it.each([
    ['all', '20,971,520 bytes', '`ImageTooLarge`', 'size: { max: 20971520 }'],
    ['all; an animation', '250,000,000', '`MemLimitExceeded` 0040-00000012', 'fewer frames'],
    ['TIFF', '16,384', '0040-00000018', 'before the upload'],
    ['AVIF', '10,000', '0040-00000014', 'before the upload'],
    ['animated WebP', 'opened it for', '`BadWebPImage` 0040-00000010', 'GIF'],
    ['what `rotate` turns', '4,096', '`BadRequest` 0040-00000006', '`resize`'],
    ['what `blindwatermark` marks', '200 to 10,000', '`Imm Client`', '`resize`'],
  ])('has a row for %s: %s', (sources, limit, answer, wayOut) => {
    const row = limits.find((line) => line.startsWith(`| ${sources}`) && line.includes(limit));
    expect(row?.split(' | ')).toHaveLength(4);
    for (const part of [answer, wayOut]) expect(row).toContain(part);
  });
});

describe('withOperationTable', () => {
  const readme = `# Title\n\n<!-- operations -->\nold\n<!-- /operations -->\n\nMore.\n`;

  it('replaces what is between the markers, and then finds nothing to replace', () => {
    const written = withOperationTable(readme);
    expect(written).toBe(`# Title\n\n<!-- operations -->\n${reference()}\n<!-- /operations -->\n\nMore.\n`);
    expect(withOperationTable(written ?? '')).toBe(written);
    expect(withOperationTable(written?.replace('16384', '16383') ?? '')).toBe(written);
  });

  it.each([
    ['no markers', '# Title\n'],
    ['no end', '<!-- operations -->\n'],
    ['the end first', '<!-- /operations -->\n<!-- operations -->\n'],
    ['two tables', `${readme}${readme}`],
  ])('gives nothing for a text with %s', (_, text) => {
    expect(withOperationTable(text)).toBeUndefined();
  });
});

// The least that each operation needs; the rest do without.
const leastRows: Record<string, string> = {
  resize: 'resize,w_10',
  circle: 'circle,r_10',
  'rounded-corners': 'rounded-corners,r_5',
  indexcrop: 'indexcrop,x_10',
  rotate: 'rotate,90',
  'auto-orient': 'auto-orient,1',
  flip: 'flip,1',
  blur: 'blur,r_3,s_2',
  bright: 'bright,50',
  contrast: 'contrast,50',
  sharpen: 'sharpen,100',
  quality: 'quality,q_80',
  format: 'format,png',
  interlace: 'interlace,1',
  watermark: `watermark,image_${Buffer.from('logo.png').toString('base64url')}`,
  blindwatermark: 'blindwatermark,content_YQ',
};

describe('“imitated locally” is true', () => {
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#5c783b' } });

  // An asynchronous operation is refused for that, and imitated no more than the ones that are not implemented.
  async function isImitated(action: string): Promise<boolean> {
    const readObject = () => picture(20, 10).png().toBuffer();
    const source = await picture(400, 300).jpeg().toBuffer();
    try {
      await processImage(source, `image/${action}`, { readObject, immBound: true, saving: true });
      return true;
    } catch (error) {
      if (error instanceof ImageError && (error.status === 501 || action === 'deblindwatermark')) return false;
      throw error;
    }
  }

  it.each(operationRows())('of $operation: $imitated', async ({ operation, imitated }) => {
    expect(await isImitated(leastRows[operation] ?? operation)).toBe(imitated !== 'no');
  });

  const parts = operationRows().flatMap(({ operation, notImitated }) =>
    notImitated.map((argument) => [operation, argument] as const),
  );
  it.each(parts)('of %s: not %s', async (operation, argument) => {
    const least = operation === 'format' ? 'format' : (leastRows[operation] ?? operation);
    expect(await isImitated(`${least},${argument}`)).toBe(false);
  });
});
