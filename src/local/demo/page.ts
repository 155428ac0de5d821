// The demo's index.html: every original beside its results, for people to look at. It looks like the studio.
import { readFileSync } from 'node:fs';
import { printable } from '../../rules/printable.js';
import type { DemoRow } from './row.js';

const look = readFileSync(new URL('../page/look.css', import.meta.url), 'utf8');

/** What only this page has. */
const own = `
body { padding: 1.5rem 1rem; max-width: 80rem; margin: 0 auto }
.photo { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.25rem; }
.photo .picture { max-height: 15rem }
figcaption span, figcaption small { display: block }
`;

/** A page without scripts that stands beside the folders `originals` and `results`. */
export function demoPage(rows: readonly DemoRow[]): string {
  const bySource = new Map<string, DemoRow[]>();
  for (const row of rows) bySource.set(row.source, [...(bySource.get(row.source) ?? []), row]);
  const figures = [...bySource].map(([source, results]) => {
    const original = figure(`originals/${results[0]?.original ?? ''}`, source, 'original');
    return `<section class="panel photo">${original}${results.map(resultFigure).join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>oss-autostyle demo</title>
<style>
${look}${own}</style>
<h1>oss-autostyle demo</h1>
${figures.join('\n')}
</html>
`;
}

function resultFigure(row: DemoRow): string {
  const { target = '', file, width, height, bytes, style } = row;
  if (file === undefined) {
    const [tone, why] = row.problem === undefined ? ['quiet', row.skipped] : ['bad', row.problem];
    const text = `${tone === 'bad' ? 'failed' : 'skipped'}: ${why ?? 'there is no result'}`;
    return `<p>${escapeHtml(target)}<br><small class="${tone}">${escapeHtml(text)}</small></p>`;
  }
  const address = `results/${file}`;
  if (width !== undefined) return figure(address, target, `${width}×${height}, ${bytes} bytes: ${style}`);
  return `<p><a href="${addressOf(address)}">${escapeHtml(target)}</a><br><small>${bytes} bytes: ${escapeHtml(style)}</small></p>`;
}

function figure(file: string, title: string, note: string): string {
  const caption = `<span>${escapeHtml(title)}</span><small>${escapeHtml(note)}</small>`;
  const picture = `<img class="picture" loading="lazy" src="${addressOf(file)}" alt="">`;
  return `<figure>${picture}<figcaption>${caption}</figcaption></figure>`;
}

function addressOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
