// Run by the memory test in a process of its own: processes the file argv[2] with the style argv[3] and prints the
// sizes and the peak RSS.
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
// Linux's maxRSS begins with what the parent had when it forked: VmHWM is this program's own. Kilobytes, both.
const own = await readFile('/proc/self/status', 'latin1').catch(() => '');
const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(own)?.[1] ?? process.resourceUsage().maxRSS) / 1000;
const { width, height, format } = await sharp(body).metadata();
process.stdout.write(JSON.stringify({ peak, width, height, format }));
