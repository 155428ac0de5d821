// The plot: bars for uploads a second; below, for each five seconds, the mean time of invocations as a dot with a line
// up to the longest, and a cross where one has failed. Drawn at the size it has, so that its text keeps its own.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { numberText } from '../language.js';
import { axisEnd, type Slot, slotCount, slotTime, upTo } from './last-minutes.js';
import { PlotTable } from './plot-table.js';
import { slots } from './store.js';
import { words } from './words.js';

const left = 52;
const right = 6;
const band = 84;
const gap = 34;
const top = 22;
const height = 2 * band + gap + top + 24;
/** Minutes that the time axis names. */
const marks = [10, 8, 6, 4, 2, 0];

export function Plot() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), slotTime);
    return () => clearInterval(timer);
  }, []);
  useLayoutEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, entry?.contentRect.width ?? 600)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  // An entry may come between two beats of the timer.
  const shown = upTo(Math.max(now, slots.value.at(-1)?.start ?? 0), slots.value);
  return (
    <>
      <div ref={box} class="plot">
        <svg width={width} height={height} role="img" aria-label={words.plot}>
          <Bars shown={shown} width={width} />
          <Times shown={shown} width={width} />
          <TimeAxis width={width} />
        </svg>
      </div>
      <PlotTable shown={shown} />
    </>
  );
}

interface Part {
  readonly shown: readonly Slot[];
  readonly width: number;
}

function step(width: number): number {
  return (width - left - right) / slotCount;
}

function Bars({ shown, width }: Part) {
  const end = axisEnd(Math.max(...shown.map(({ uploads }) => (uploads * 1_000) / slotTime)));
  const each = step(width);
  return (
    <g>
      <Scale title={words.uploadsEach} end={end} from={top} width={width} />
      {shown.map(({ start, uploads }, at) => {
        const size = (uploads * 1_000 * band) / slotTime / end;
        const y = top + band - size;
        if (uploads === 0) return null;
        return (
          <rect key={start} class="bar" x={left + at * each} y={y} width={Math.max(1.5, each - 1)} height={size} />
        );
      })}
    </g>
  );
}

function Times({ shown, width }: Part) {
  const end = axisEnd(Math.max(...shown.map(({ longestMs }) => longestMs)));
  const from = top + band + gap;
  const place = (ms: number) => from + band - (ms * band) / end;
  return (
    <g>
      <Scale title={words.times} end={end} from={from} width={width} />
      {shown.map(({ start, invocations, failed, totalMs, longestMs }, at) => {
        if (invocations === 0) return null;
        const x = left + (at + 0.5) * step(width);
        const y = place(totalMs / invocations);
        return (
          <g key={start}>
            <line class="range" x1={x} x2={x} y1={y} y2={place(longestMs)} />
            {failed === 0 ? (
              <circle class="mean" cx={x} cy={y} r="2.5" />
            ) : (
              <path class="cross" d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} />
            )}
          </g>
        );
      })}
    </g>
  );
}

interface ScaleProps {
  readonly title: string;
  readonly end: number;
  readonly from: number;
  readonly width: number;
}

/** A value axis, from 0 to `end`, with its title above it. */
function Scale({ title, end, from, width }: ScaleProps) {
  return (
    <g>
      <text class="title" x={left} y={from - 8}>
        {title}
      </text>
      {[0, 0.5, 1].map((part) => {
        const y = from + band * (1 - part);
        return (
          <g key={part}>
            <line class="grid" x1={left} x2={width - right} y1={y} y2={y} />
            <text class="tick" x={left - 8} y={y + 4} text-anchor="end">
              {numberText(end * part, 1)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function TimeAxis({ width }: { readonly width: number }) {
  const named = width < 480 ? marks.filter((minutes) => minutes % 10 === 0 || minutes === 4) : marks;
  return (
    <g>
      {named.map((minutes) => {
        const x = left + ((10 - minutes) * (width - left - right)) / 10;
        const anchor = minutes === 10 ? 'start' : minutes === 0 ? 'end' : 'middle';
        return (
          <text key={minutes} class="tick" x={x} y={height - 6} text-anchor={anchor}>
            {minutes === 0 ? words.now : words.ago(minutes)}
          </text>
        );
      })}
    </g>
  );
}
