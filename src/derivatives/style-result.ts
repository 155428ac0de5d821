// What a style says of its result, for `<source>`: type and width. Not by style/, whose catalogue is ten times as large
// as this library; the test holds this against it.

/** The type of what a style makes of this source; undefined where neither of them tells it. */
export function typeOf(style: string, sourceKey: string): string | undefined {
  const steps = stepsOf(style);
  if (steps === undefined) return undefined;
  const format = steps.findLast(([operation]) => operation === 'format')?.[1];
  const extension = /\.(jpe?g|png|webp|gif|bmp)$/i.exec(sourceKey)?.[1]?.toLowerCase();
  // OSS makes a GIF of a GIF only; of others it keeps the format.
  const name = format === undefined || format === 'gif' ? extension : format;
  return name && `image/${name.replace(/^jpg/, 'jpeg')}`;
}

/**
 * The width that a style makes, or aims at: a smaller source keeps its own, and within a box (`m_lfit` with w and h) a
 * picture that stands is narrower. Undefined where it depends on the source alone, or on how that stands.
 */
export function widthOf(style: string): number | undefined {
  const unknown = Number.POSITIVE_INFINITY;
  let width = unknown;
  for (const [operation, ...given] of stepsOf(style) ?? []) {
    const text = (name: string) => given.findLast((one) => one.startsWith(`${name}_`))?.slice(name.length + 1);
    const side = (name: string) => Number(text(name)) || 0;
    const [w, x] = [side('w'), side('x')];
    if (operation === 'resize') {
      const around = text('m') === 'mfit' && side('h') > 0;
      width = w > 0 && w <= width && !around ? w : unknown;
    } else if (operation === 'crop') {
      const elsewhere = x > 0 && (w === 0 || width < unknown);
      if (elsewhere || text('g') === 'face') width = unknown;
      else if (w > 0) width = Math.min(w, width);
    } else if (operation === 'rotate' ? Number(given[0]) % 180 !== 0 : /^(?:circle|indexcrop)$/.test(operation ?? '')) {
      width = unknown;
    }
  }
  return width < unknown ? width : undefined;
}

/** Each step with its arguments; undefined for a style that only its bucket knows. */
function stepsOf(style: string): string[][] | undefined {
  if (!style.startsWith('image/')) return undefined;
  return style.split('/').map((step) => step.split(','));
}
