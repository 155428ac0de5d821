// The demo's index.html: every original beside its results, for people to look at.
import type { DemoRow } from './check.js';

/** A page without scripts that stands beside the folders `originals` and `results`. */
export function demoPage(rows: readonly DemoRow[]): string {
  const sources = [...new Set(rows.map(({ source }) => source))];
  const figures = sources.map((source) => {
    const own = rows.filter((row) => row.source === source).map(resultFigure);
    return `<section>${figure(`originals/${keyOf(source)}`, source, 'original')}${own.join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>oss-autostyle demo</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; background: #f4f4f2; color: #222 }
section { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: end; padding: 1.5rem 0; border-top: 1px solid #ccc }
figure { margin: 0; max-width: 26rem } img { display: block; max-width: 100%; max-height: 20rem }
figcaption { margin-top: .4rem; overflow-wrap: anywhere } small { color: #666 }
</style>
<h1>oss-autostyle demo</h1>
${figures.join('\n')}
</html>
`;
}

function resultFigure(row: DemoRow): string {
  if (row.bytes === undefined)
    return `<p>${escapeHtml(row.target)}<br><small>${escapeHtml(row.problem ?? 'there is no result')}</small></p>`;
  return figure(
    `results/${keyOf(row.target)}`,
    row.target,
    `${row.width}×${row.height}, ${row.bytes} bytes: ${row.style}`,
  );
}

function figure(file: string, title: string, note: string): string {
  const address = file.split('/').map(encodeURIComponent).join('/');
  const caption = `${escapeHtml(title)}<br><small>${escapeHtml(note)}</small>`;
  return `<figure><img src="${address}" alt=""><figcaption>${caption}</figcaption></figure>`;
}

function keyOf(uri: string): string {
  return uri.replace(/^oss:\/\/[^/]+\//, '');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
