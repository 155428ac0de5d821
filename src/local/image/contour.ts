// A closed contour of a TrueType glyph, a list of points on and off the curve, as the SVG path of its quadratic curves.

export interface Point {
  readonly x: number;
  readonly y: number;
  /** On the curve, else a control point. Between two control points in a row lies, unwritten, a point on the curve. */
  readonly on: boolean;
}

/** `M…Q…L…Z`, or nothing for fewer than two points. */
export function contourPath(points: readonly Point[]): string {
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
