// What OSS takes of a source: its bytes, its sides, its pixels. The embedded OSS refuses by these numbers, lint tells
// them, and README.md lists them.
// https://help.aliyun.com/zh/oss/user-guide/overview-17/ and the limits of IMM, on which blindwatermark rests
import { type CauseName, causeOf } from './causes.js';
import { maxTurnedSide } from './geometry.js';

export const maxSourceBytes = 20 * 1024 * 1024;
/** Of an animation: of all its frames together. */
export const maxSourcePixels = 250_000_000;
export const maxSourceSide = 30_000;
export const maxTiffSide = 16_384;
export const maxAvifSide = 10_000;
/** Of the image that blindwatermark marks, in pixels. */
export const blindSides = { min: 200, max: 10_000 } as const;

export interface SourceLimit {
  readonly sources: string;
  readonly limit: string;
  readonly refused: CauseName;
  readonly wayOut: string;
}

const number = (value: number) => value.toLocaleString('en-US');
const side = (most: number) => `at most ${number(most)} pixels a side`;
const convert = 'convert it before the upload; nothing in a style helps';

/** Every limit, with what to do about it. */
export const sourceLimits = {
  bytes: {
    sources: 'all',
    limit: `at most ${number(maxSourceBytes)} bytes (20 MB)`,
    refused: 'sourceBytes',
    wayOut: `\`size: { max: ${maxSourceBytes} }\` in the rule: larger uploads are skipped, and leave no record`,
  },
  pixels: {
    sources: 'all; an animation counts with all its frames',
    limit: `${side(maxSourceSide)}, ${number(maxSourcePixels)} pixels in all`,
    refused: 'sourcePixels',
    wayOut: 'a smaller upload; fewer frames',
  },
  tiff: { sources: 'TIFF', limit: side(maxTiffSide), refused: 'tiffSide', wayOut: convert },
  avif: { sources: 'AVIF', limit: side(maxAvifSide), refused: 'avifSide', wayOut: convert },
  animatedWebp: {
    sources: 'animated WebP',
    limit: 'only in accounts that OSS has opened it for, and not with `auto-orient,1`',
    refused: 'webpDamaged',
    wayOut: 'GIF; or ask Alibaba Cloud to open it, and write no `auto-orient,1`',
  },
  turning: {
    sources: 'what `rotate` turns, and photos that are stored lying (`auto-orient`)',
    limit: side(maxTurnedSide),
    refused: 'rotateTooLarge',
    wayOut:
      'a `resize` before marks and other turns: the function then turns after it; or `auto-orient,0`, for pixels as stored',
  },
  blind: {
    sources: 'what `blindwatermark` marks',
    limit: `${number(blindSides.min)} to ${number(blindSides.max)} pixels a side`,
    refused: 'imm',
    wayOut: 'a `resize` in the same style; small images in a rule of their own',
  },
} as const satisfies Record<string, SourceLimit>;

/** The limits as a Markdown table. */
export function sourceLimitTable(): string {
  const rows = Object.values(sourceLimits).map(({ sources, limit, refused, wayOut }) => {
    const { code, ec } = causeOf(refused);
    return [sources, limit, `\`${code}\`${ec === undefined ? '' : ` ${ec}`}`, wayOut];
  });
  const head = ['sources', 'what OSS takes', 'else it answers', 'way out'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
