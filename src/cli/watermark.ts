// `npm run watermark -- FILE`: prints the text that blindwatermark of the embedded OSS hid in an image.
import { type HiddenText, readBlindWatermark } from '../local/image/blind-watermark/read.js';
import { ImageError } from '../local/image/error.js';
import { printable } from '../rules/printable.js';
import { readBytes } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const options = { json: { help: 'text, confidence (0 to 1) and strength as JSON' } } as const;

export const command: Command<typeof options> = {
  name: 'watermark',
  summary: 'Prints the text that the blindwatermark operation of the embedded OSS hid in an image.',
  operands: ['FILE'],
  notes: 'Exit code 1: there is no such text. The blind watermarks of OSS itself are of another, unpublished kind.',
  options,
  async run({ flags, operands: [file = ''], out }) {
    const found = await readFile(file);
    if (found === undefined) throw new UserError(`${file} holds no blind watermark`);
    const { text, confidence, strength } = found;
    const shown = flags.json
      ? JSON.stringify({ text, confidence: Math.round(confidence * 1000) / 1000, strength }, null, 2)
      : printable(text);
    out(`${shown}\n`);
    return 0;
  },
};

async function readFile(file: string): Promise<HiddenText | undefined> {
  const bytes = readBytes(file);
  try {
    return await readBlindWatermark(bytes);
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    throw new UserError(`${file} cannot be read: ${cause.message}`, 2, { cause });
  }
}

await runAsProcess(command, import.meta.url);
