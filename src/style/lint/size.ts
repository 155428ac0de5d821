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
    if (refusal === undefined) return tooLargeBoxes(steps);
    refusals.push({ source, refusal });
  }
  // The refusal of a common size is the most useful one to show.
  const usual = refusals.find(({ source }) => source.width === 2000 && source.height === 2000) ?? refusals[0];
  if (usual === undefined) return [];
  const { source, refusal } = usual;
  const message = `OSS refuses this for images of any size; for ${source.width} × ${source.height} pixels: ${refusal.message}`;
  return [finding('error', refusal.refused, { start: 'image/'.length, end }, message, 'smaller sides')];
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
