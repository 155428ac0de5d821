// Draws measured curves beside expected ones, as SVG, in colours that can be read on white and on black ground.

export interface Panel {
  readonly title: string;
  /** What the axes hold, the unit in it. */
  readonly across: string;
  readonly up: string;
  readonly points: readonly Point[];
  /** One value for each point. */
  readonly expected: { readonly name: string; readonly values: readonly number[] };
}

export interface Point {
  readonly at: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const panel = { width: 400, height: 250 };
const plot = { left: 58, right: 372, top: 50, bottom: 206 };
const ink = '#777777';
const measuredInk = '#3b82f6';
const expectedInk = '#d97706';

/** The panels side by side. */
export function drawingOf(panels: readonly Panel[]): string {
  const [width, { height }] = [panels.length * panel.width, panel];
  const label = escaped(panels.map(({ title }) => title).join('; '));
  const groups = panels.map((one, nth) => `<g transform="translate(${nth * panel.width} 0)">\n${drawn(one)}\n</g>\n`);
  const font = 'font-family="system-ui, sans-serif" font-size="12"';
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} fill="${ink}" role="img" aria-label="${label}">
${groups.join('')}</svg>
`;
}

function drawn({ title, across, up, points, expected }: Panel): string {
  const highest = Math.max(...points.map(({ high }) => high), ...expected.values);
  const step = niceStep(highest / 4);
  const rows = Array.from({ length: Math.ceil(highest / step) + 1 }, (_, nth) => nth * step);
  const x = scale(0, points.at(-1)?.at ?? 1, plot.left, plot.right);
  const y = scale(0, rows.at(-1) ?? 1, plot.bottom, plot.top);
  const middle = (plot.left + plot.right) / 2;
  const measured = points.map(({ at, median }) => `${x(at)},${y(median)}`);
  const line = points.map(({ at }, nth) => `${x(at)},${y(expected.values[nth] ?? 0)}`);
  return [
    text(plot.left - 40, 16, 'start', title, ' font-weight="600"'),
    text(plot.left - 40, 34, 'start', up),
    `<path d="M${plot.right - 206} 30h20" stroke="${measuredInk}" stroke-width="2"/>`,
    text(plot.right - 180, 34, 'start', 'measured'),
    `<path d="M${plot.right - 106} 30h20" stroke="${expectedInk}" stroke-width="2" stroke-dasharray="5 4"/>`,
    text(plot.right - 80, 34, 'start', expected.name),
    ...rows.map((value) => `<path d="M${plot.left} ${y(value)}H${plot.right}" stroke="${ink}" stroke-opacity="0.35"/>`),
    ...rows.map((value) => text(plot.left - 6, y(value) + 4, 'end', shown(value))),
    ...points.map(({ at }) => text(x(at), plot.bottom + 18, 'middle', shown(at))),
    text(middle, plot.bottom + 36, 'middle', across),
    `<polyline points="${line.join(' ')}" fill="none" stroke="${expectedInk}" stroke-width="2" stroke-dasharray="5 4"/>`,
    `<polyline points="${measured.join(' ')}" fill="none" stroke="${measuredInk}" stroke-width="2"/>`,
    ...points.map(({ at, low, high }) => `<path d="M${x(at)} ${y(low)}V${y(high)}" stroke="${measuredInk}"/>`),
    ...points.map(({ at, median }) => `<circle cx="${x(at)}" cy="${y(median)}" r="3" fill="${measuredInk}"/>`),
  ].join('\n');
}

/** Tenths of a pixel are fine enough. */
function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => Math.round((start + ((value - from) / (to - from)) * (end - start)) * 10) / 10;
}

/** 1, 2 or 5 times a power of ten, and not less than this. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${escaped(content)}</text>`;
}

const shown = (value: number): string => value.toLocaleString('en');

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
