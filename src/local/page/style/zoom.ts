// How large a picture is shown.

/** Screen pixels for each pixel of the picture; fit: as large as there is room, and never enlarged. */
export type Zoom = 'fit' | number;

const levels = [0.25, 0.5, 1, 2, 4, 8] as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

export function scaleOf(zoom: Zoom, { width, height }: Size, room: Size): number {
  if (zoom !== 'fit') return zoom;
  return Math.min(1, room.width / width, room.height / height);
}

/** The next level above or below a scale; the outermost where there is none. */
export function nextLevel(scale: number, by: 1 | -1): number {
  // A scale that fits is hardly ever a level itself.
  const near = 0.001;
  const next = by > 0 ? levels.find((level) => level > scale + near) : levels.findLast((level) => level < scale - near);
  return next ?? (by > 0 ? 8 : Math.min(scale, 0.25));
}
