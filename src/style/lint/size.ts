// Lint of sizes that no image can have: the style is laid out for sources of many sizes, and found wrong when OSS
// refuses them all.
import { maxOutputPixels, oversize, type Size, type SizeRefusal } from '../geometry.js';
import { layOut } from '../layout.js';
import { maxSourcePixels, maxSourceSide } from '../source-limits.js';
import { finding, type LintFinding, type ReadStep, stepsOf } from './finding.js';

// Up to what OSS reads.
const sides = [1, 50, 200, 800, 2000, 4096, 8000, 16_384, maxSourceSide];
const sources = sides
  .flatMap((width) => sides.map((height) => ({ width, height })))
  .filter(({ width, height }) => width * height <= maxSourcePixels);

/** Whether some image can pass through the style at all, and each box of it hold what OSS writes. */
export function lintSize(steps: readonly ReadStep[], end: number): LintFinding[] {
  const format = stepsOf(steps, 'format').at(-1)?.operation.value;
  const operations = steps.map(({ operation }) => operation);
  const refusals: { readonly source: Size; readonly refusal: SizeRefusal }[] = [];
  for (const source of sources) {
    const placed = layOut(operations, { ...source, orientation: 1 });
    const refusal = 'refused' in placed ? placed : oversize(format, placed.at(-1)?.plan.size ?? source);
    if (refusal === undefined) return [...tooLargeBoxes(steps), ...tooLargePhotos(steps)];
    refusals.push({ source, refusal });
  }
  // The refusal of a common size is the most useful one to show.
  const usual = refusals.find(({ source }) => source.width === 2000 && source.height === 2000) ?? refusals[0];
  if (usual === undefined) return [];
  const { source, refusal } = usual;
  const message = `OSS refuses this for images of any size; for ${source.width} × ${source.height} pixels: ${refusal.message}`;
  return [finding('error', refusal.refused, { start: 'image/'.length, end }, message, 'smaller sides')];
}

// As phones and cameras take them, with 12 and 24 megapixels.
const photos = [
  { width: 4000, height: 3000 },
  { width: 3000, height: 4000 },
  { width: 6000, height: 4000 },
  { width: 4000, height: 6000 },
];

/** The longer side, in pixels, up to which OSS writes and turns every picture in this format. */
export function longestSide(format: string | undefined): number {
  return format === 'avif' ? 3072 : 4096;
}

// OSS writes AVIF and HEIC smaller than photos are.
function tooLargePhotos(steps: readonly ReadStep[]): LintFinding[] {
  const last = stepsOf(steps, 'format').at(-1);
  if (last === undefined) return [];
  const format = last.operation.value;
  const operations = steps.map(({ operation }) => operation);
  for (const photo of photos) {
    const placed = layOut(operations, { ...photo, orientation: 1 });
    const refusal = 'refused' in placed ? undefined : oversize(format, placed.at(-1)?.plan.size ?? photo);
    if (refusal !== undefined) {
      const message = `OSS refuses this for photos of ${photo.width} × ${photo.height} pixels: ${refusal.message}`;
      const fix = `a resize to at most ${longestSide(format)} pixels a side, such as resize,l_${longestSide(format)}`;
      return [finding('warning', refusal.refused, last.step, message, fix)];
    }
  }
  return [];
}

// With limit_1 a smaller source passes as it is, so the box is not refused, but never filled either.
function tooLargeBoxes(steps: readonly ReadStep[]): LintFinding[] {
  return stepsOf(steps, 'resize').flatMap(({ step, operation: { m, w, h } }) => {
    const width = w ?? (m === 'fixed' ? undefined : h);
    const height = h ?? (m === 'fixed' ? undefined : w);
    if (width === undefined || height === undefined || !['fill', 'pad', 'fixed'].includes(m)) return [];
    if (width * height <= maxOutputPixels) return [];
    const message = `${width} × ${height} are more than the ${maxOutputPixels} pixels that OSS writes: no image ever comes out so large.`;
    return [finding('warning', 'resizeTooLarge', step, message, 'smaller sides')];
  });
}
