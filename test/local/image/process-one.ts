// Run by the memory test in a process of its own: processes the file argv[2] with the style argv[3] and prints the sizes and the peak RSS.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { processImage } from '../../../src/local/image/pipeline.js';

const [file = '', style = ''] = process.argv.slice(2);
const source = await readFile(file);
const { body } = await processImage(source, style, {
  readObject: async () => source,
  immBound: true,
  saving: true,
});
// Kilobytes, on Linux and macOS alike (libuv converts).
const peak = process.resourceUsage().maxRSS / 1000;
const { width, height, format } = await sharp(body).metadata();
process.stdout.write(JSON.stringify({ peak, width, height, format }));
