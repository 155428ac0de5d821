// The outlines of a TrueType font: the table "glyf" to contours, y downwards as in SVG, and each contour to an SVG
// path.
// Source: OpenType 1.9 (glyf, loca)

export interface Point {
  readonly x: number;
  readonly y: number;
  /** On the curve, else a control point. Between two control points in a row lies, unwritten, a point on the curve. */
  readonly on: boolean;
}
/** A closed contour: points on and off the curve. */
export type Contour = readonly Point[];
const maxNesting = 8;

/**
 * Reads the contours of a glyph by its index. `long`: the format of loca.
 * @throws {Error} by the reader, when a glyph is made of itself
 */
export function outlineReader(glyf: Buffer, loca: Buffer, long: boolean): (index: number) => Contour[] {
  const startOf = (index: number) => (long ? loca.readUInt32BE(4 * index) : 2 * loca.readUInt16BE(2 * index));
  const read = (index: number, depth = 0): Contour[] => {
    const glyph = glyf.subarray(startOf(index), startOf(index + 1));
    if (glyph.length === 0) return [];
    const count = glyph.readInt16BE(0);
    if (count >= 0) return simpleContours(glyph, count);
    if (depth === maxNesting) throw new Error('A glyph of the font nests too deeply.');
    return components(glyph).flatMap(({ index: part, place }) =>
      read(part, depth + 1).map((contour) => contour.map(place)),
    );
  };
  return read;
}

// The flags of a simple glyph's points.
const [onCurve, xShort, yShort, repeat, xSame, ySame] = [1, 2, 4, 8, 16, 32];

function simpleContours(glyph: Buffer, count: number): Contour[] {
  const ends = Array.from({ length: count }, (_, i) => glyph.readUInt16BE(10 + 2 * i));
  const total = (ends.at(-1) ?? -1) + 1;
  let at = 10 + 2 * count;
  at += 2 + glyph.readUInt16BE(at);
  const flags: number[] = [];
  while (flags.length < total) {
    const flag = glyph.readUInt8(at++);
    const times = (flag & repeat) === 0 ? 1 : 1 + glyph.readUInt8(at++);
    for (let i = 0; i < times; i += 1) flags.push(flag);
  }
  const coordinates = (short: number, same: number) => {
    let value = 0;
    return flags.map((flag) => {
      if ((flag & short) !== 0) value += (flag & same) === 0 ? -glyph.readUInt8(at++) : glyph.readUInt8(at++);
      else if ((flag & same) === 0) {
        value += glyph.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = coordinates(xShort, xSame);
  const ys = coordinates(yShort, ySame);
  const points = flags.map((flag, i) => ({ x: xs[i] ?? 0, y: 0 - (ys[i] ?? 0), on: (flag & onCurve) !== 0 }));
  return ends.map((end, i) => points.slice(i === 0 ? 0 : (ends[i - 1] ?? 0) + 1, end + 1));
}

// The flags of a compound glyph's components.
const [wordOffsets, hasOffsets, oneScale, moreFollow, twoScales, matrix] = [1, 2, 8, 32, 64, 128];

function components(glyph: Buffer): { index: number; place: (point: Point) => Point }[] {
  const parts: { index: number; place: (point: Point) => Point }[] = [];
  for (let at = 10, flags = moreFollow; (flags & moreFollow) !== 0; ) {
    flags = glyph.readUInt16BE(at);
    const index = glyph.readUInt16BE(at + 2);
    const words = (flags & wordOffsets) !== 0;
    // Components that are placed by matching points do not occur in this font: they would stay where they are.
    const offset = (i: number) =>
      (flags & hasOffsets) === 0 ? 0 : words ? glyph.readInt16BE(at + 4 + 2 * i) : glyph.readInt8(at + 4 + i);
    const [dx, dy] = [offset(0), offset(1)];
    at += words ? 8 : 6;
    const factor = () => {
      at += 2;
      return glyph.readInt16BE(at - 2) / 16_384;
    };
    let [xx, xy, yx, yy] = [1, 0, 0, 1];
    if ((flags & oneScale) !== 0) xx = yy = factor();
    else if ((flags & twoScales) !== 0) [xx, yy] = [factor(), factor()];
    else if ((flags & matrix) !== 0) [xx, xy, yx, yy] = [factor(), factor(), factor(), factor()];
    const place = ({ x, y, on }: Point) => ({ x: xx * x - yx * y + dx, y: yy * y - xy * x - dy, on });
    parts.push({ index, place });
  }
  return parts;
}

/** A contour as the SVG path of its quadratic curves, `M…Q…L…Z`; nothing for fewer than two points. */
export function contourPath(points: Contour): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return '';
  const start = first.on ? first : last.on ? last : middle(first, last);
  let path = `M${start.x} ${start.y}`;
  let control: Point | undefined;
  for (const point of [...(first.on ? points.slice(1) : points), start]) {
    if (point.on) {
      path += control === undefined ? `L${point.x} ${point.y}` : `Q${control.x} ${control.y} ${point.x} ${point.y}`;
      control = undefined;
      continue;
    }
    if (control !== undefined) {
      const { x, y } = middle(control, point);
      path += `Q${control.x} ${control.y} ${x} ${y}`;
    }
    control = point;
  }
  return `${path}Z`;
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true };
}
