// What a style says of its result, for `<source>`: type and width. Not by style/, whose catalogue is ten times as large
// as this library; the test holds this against it.

/**
 * What a style makes of this source.
 *
 * `type`: absent where neither style nor source tells it. `width`: what the style makes, or aims at: a smaller source
 * keeps its own, and within a box (`m_lfit` with w and h) a picture that stands is narrower. Absent where it depends on
 * the source alone, or on how that stands. Neither is known of a style that only its bucket knows.
 */
export function resultOf(style: string, sourceKey: string): { type?: string | undefined; width?: number | undefined } {
  if (!style.startsWith('image/')) return {};
  let type = /\.(jpe?g|png|webp|gif|bmp)$/i.exec(sourceKey)?.[1]?.toLowerCase();
  let width: number | undefined;
  for (const step of style.split('/')) {
    const w = Number(/.*,w_(\d+)/.exec(step)?.[1] ?? 0);
    // OSS makes a GIF of a GIF only; of others it keeps the format.
    if (/^format,(?!gif)/.test(step)) type = step.slice('format,'.length);
    if (/^resize,/.test(step))
      width = !w || (width && w > width) || /,m_mfit.*,h_|,h_.*,m_mfit/.test(step) ? undefined : w;
    else if (/^(?:circle|indexcrop|rotate)|^crop.*,(?:g_face|x_[1-9])/.test(step)) width = undefined;
    else if (/^crop,/.test(step) && w) width = Math.min(w, width ?? w);
  }
  return { type: type && `image/${type.replace(/^jpg/, 'jpeg')}`, width };
}
