// The equivalent of a style for an image that is too large to be turned: it turns after shrinking. OSS refuses to turn
// what is larger (auto-orient, written or not, and rotate), and advises this order itself:
// https://helpcdn.aliyun.com/document_detail/100327.html
// Part of the deployed function: it knows the sizes of what cuts, and leaves all else to OSS and to the catalogue.
import { cropWindow, maxTurnedSide, type Size, sliceWindow, type Window } from './geometry.js';
import type { OrientedSize } from './operation.js';

/** Mirroring left to right, and then quarters of a turn, clockwise. */
interface Turn {
  readonly mirrored: boolean;
  readonly quarters: number;
}

/** With neither, nothing can be turned less: the style says auto-orient,0, or the image is small enough. */
export interface TurnedLater {
  /** The equivalent. */
  readonly style?: string;
  /** There is none, since the image is not shrunk before this step, or not at all (''). */
  readonly blockedBy?: string;
}

/**
 * The style that gives the same picture, up to a pixel of offset, but turns it only when it is at most 4,096 px a side
 * or has passed its first resize or circle. What stands before is written for the image as it lies. `style`: `image/…`;
 * `image`: size and EXIF orientation as stored.
 */
export function turnLater(style: string, image: OrientedSize): TurnedLater {
  const all = style.slice('image/'.length).split('/');
  // A "/" at the end of a style is followed by nothing.
  const steps = all.filter((step) => step !== '' && !isOrient(step));
  const off = all.findLast(isOrient)?.endsWith(',0') === true;
  const orientation = off ? 1 : image.orientation;
  let turn: Turn = { mirrored: [2, 4, 5, 7].includes(orientation), quarters: [2, 2, 3, 1, 1, 3][orientation - 3] ?? 0 };
  let turns = orientation > 1;
  // After the turn, as the steps see it.
  let size = sizeAfter(turn.quarters, image);
  const lying: string[] = [];
  // The image lies right: then OSS has refused the turn for the size alone.
  const asItLies = (): TurnedLater => (off ? {} : { style: written(steps) });
  const turned = (next: number): TurnedLater =>
    turns ? { style: written([...lying, ...stepsOf(turn), ...steps.slice(next)]) } : asItLies();
  // For an image that is mirrored or upside down there is flip, which has no documented limit.
  const flip = [1, 2, 0][orientation - 2];
  const blocked = (blockedBy: string): TurnedLater =>
    flip === undefined ? { blockedBy } : { style: written([`flip,${flip}`, ...steps]) };

  for (const [index, step] of steps.entries()) {
    if (fits(size)) return index > 0 ? turned(index) : {};
    const [op, ...args] = step.split(',');
    if (op === 'resize' || op === 'circle') {
      lying.push(lyingStep(step, size, turn));
      return turned(index + 1);
    }
    // What is put on would lie too, and a face is perhaps not found in an image that lies.
    if (/^(?:blind)?watermark|,g_(?:face|auto)/.test(step)) return turns ? blocked(step) : asItLies();
    if (op === 'rotate') {
      const quarters = Number(args[0]) / 90;
      if (!Number.isInteger(quarters)) return blocked(step);
      turn = { ...turn, quarters: (turn.quarters + quarters) % 4 };
      size = sizeAfter(quarters, size);
      turns = true;
    } else if (op === 'crop' || op === 'indexcrop') {
      const window = (op === 'crop' ? cropWindow : sliceWindow)(size, valuesOf(args));
      if (window === undefined) return blocked(step);
      lying.push(lyingCrop(window, size, turn));
      size = window;
    } else {
      lying.push(lyingStep(step, size, turn));
    }
  }
  return fits(size) || !turns ? turned(steps.length) : blocked('');
}

function isOrient(step: string): boolean {
  return step.startsWith('auto-orient');
}

function written(steps: readonly string[]): string {
  return ['image/auto-orient,0', ...steps].join('/');
}

function fits({ width, height }: Size): boolean {
  return Math.max(width, height) <= maxTurnedSide;
}

function sizeAfter(quarters: number, { width, height }: Size): Size {
  return quarters % 2 === 1 ? { width: height, height: width } : { width, height };
}

function stepsOf({ mirrored, quarters }: Turn): string[] {
  return [...(mirrored ? ['flip,1'] : []), ...(quarters === 0 ? [] : [`rotate,${quarters * 90}`])];
}

/**
 * A step as it is written before the turn: on an image that lies on its side, resize and flip mean the other side.
 * `size`: after the turn.
 */
function lyingStep(step: string, { width, height }: Size, { quarters }: Turn): string {
  if (quarters % 2 === 0) return step;
  // Of a square, l is the width and s the height.
  const square = width === height && !/,[wh]_/.test(step);
  const other: Readonly<Record<string, string>> = square ? { l: 'h', s: 'w' } : { w: 'h', h: 'w' };
  return step
    .replace(/^flip,[01]/, (flip) => (flip === 'flip,1' ? 'flip,0' : 'flip,1'))
    .replace(/(?<=^resize,.*\b)[whls](?=_)/g, (key) => other[key] ?? key);
}

/** The arguments of crop or indexcrop. */
function valuesOf(args: readonly string[]): Parameters<typeof cropWindow & typeof sliceWindow>[1] {
  return Object.fromEntries(
    args.map((arg) => {
      const [key = '', value] = arg.split('_');
      return [key, key === 'g' ? value : Number(value)];
    }),
  );
}

/** A window of the turned image, as a crop of the image before the turn. `size`: after it. */
function lyingCrop({ left, top, width, height }: Window, size: Size, { mirrored, quarters }: Turn): string {
  let [x, y, w, h, W, H] = [left, top, width, height, size.width, size.height];
  for (let turned = 0; turned < quarters; turned += 1) [x, y, w, h, W, H] = [y, W - x - w, h, w, H, W];
  if (mirrored) x = W - x - w;
  return `crop,x_${x},y_${y},w_${w},h_${h}`;
}
