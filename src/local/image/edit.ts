// What the operations ask of the pixels: a short list of edits, each of which sharp does in one call.
import type { Sharp } from 'sharp';
import type { Size, Window } from '../../style/geometry.js';

export type Edit =
  /** Turn and mirror as the EXIF orientation says. Only ever the first. */
  | { readonly do: 'orient' }
  /** Clockwise degrees, on a canvas that grows. */
  | { readonly do: 'turn'; readonly angle: number; readonly background: string }
  | { readonly do: 'mirror'; readonly vertical: boolean; readonly horizontal: boolean }
  | { readonly do: 'cut'; readonly window: Window }
  | { readonly do: 'scale'; readonly size: Size }
  | { readonly do: 'extend'; readonly edges: Edges; readonly background: string }
  | { readonly do: 'blur'; readonly radius: number; readonly sigma: number }
  | { readonly do: 'convolve'; readonly kernel: readonly number[] }
  /** Lay an SVG of the same size over it; `dest-in` keeps what lies under its paint. */
  | { readonly do: 'overlay'; readonly svg: string; readonly blend: 'over' | 'dest-in' }
  /** Every colour value c becomes a × c + b. */
  | { readonly do: 'linear'; readonly a: number; readonly b: number };

interface Edges {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Adds an edit to a sharp pipeline. */
export function applyEdit(image: Sharp, edit: Edit): Sharp {
  switch (edit.do) {
    case 'orient':
      return image.autoOrient();
    case 'turn':
      return image.rotate(edit.angle, { background: edit.background });
    case 'mirror':
      return image.flip(edit.vertical).flop(edit.horizontal);
    case 'cut':
      return image.extract(edit.window);
    case 'scale':
      return image.resize(edit.size.width, edit.size.height, {
        fit: 'fill',
        kernel: 'lanczos3',
        fastShrinkOnLoad: false,
      });
    case 'extend':
      return image.extend({ ...edit.edges, background: edit.background });
    case 'blur':
      return image.blur({ sigma: edit.sigma, precision: 'float', minAmplitude: amplitudeAt(edit.radius, edit.sigma) });
    case 'convolve':
      return image.convolve({ width: 3, height: 3, kernel: [...edit.kernel] });
    case 'overlay':
      return image.composite([{ input: Buffer.from(edit.svg), blend: edit.blend }]);
    case 'linear':
      return image.linear(edit.a, edit.b);
  }
}

// libvips cuts its Gaussian where it falls below this: between the last tap wanted and the next.
function amplitudeAt(radius: number, sigma: number): number {
  return Math.min(1, Math.max(0.001, Math.exp(-((radius + 0.5) ** 2) / (2 * sigma ** 2))));
}
