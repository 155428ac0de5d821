// The result over its original: a slider says how much of each is seen, and both are shown larger or smaller.
import { useEffect, useRef, useState } from 'preact/hooks';
import { numberText } from '../language.js';
import type { Shown } from './shown.js';
import { words } from './words.js';
import { nextLevel, scaleOf, type Zoom } from './zoom.js';

interface CompareStageProps {
  readonly before: Shown | undefined;
  readonly after: Shown;
  readonly size: { readonly width: number; readonly height: number };
}

/** As in style.css. */
const stageHeight = () => Math.min(480, innerHeight * 0.52);

export function CompareStage({ before, after, size }: CompareStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<Zoom>('fit');
  const [split, setSplit] = useState(40);
  const [room, setRoom] = useState({ width: 320, height: stageHeight() });
  const scale = scaleOf(zoom, size, room);
  const change = (by: 1 | -1) => setZoom(nextLevel(scale, by));
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: stageHeight() }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = stage.current;
    // With Ctrl, which is also what pinching gives: without it, the wheel scrolls. Not passive, so that the browser
    // does not zoom the page.
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      if (event.deltaY !== 0) change(event.deltaY < 0 ? 1 : -1);
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  });
  const comparable = before?.size !== undefined;
  const shownSplit = comparable ? split : 0;
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section class="stage" ref={stage} tabIndex={0} aria-label={words.preview}>
        <div
          class={scale >= 2 ? 'sheet checks pixelated' : 'sheet checks'}
          style={{ width: `${size.width * scale}px`, height: `${size.height * scale}px` }}
        >
          {comparable && (
            <img
              class={/,m_pad\b/.test(after.style ?? '') ? 'before whole' : 'before'}
              src={before.url}
              alt={words.original}
              style={{ clipPath: `inset(0 ${100 - shownSplit}% 0 0)` }}
            />
          )}
          <img class="after" src={after.url} alt={words.result} style={{ clipPath: `inset(0 0 0 ${shownSplit}%)` }} />
          {comparable && split > 0 && split < 100 && <div class="split" style={{ left: `${split}%` }} />}
        </div>
      </section>
      <div class="stage-tools">
        {comparable && (
          <label class="compare">
            <span>{words.original}</span>
            <input
              type="range"
              aria-label={words.compare}
              aria-valuetext={`${words.original} ${split} %, ${words.result} ${100 - split} %`}
              min={0}
              max={100}
              value={split}
              onInput={({ currentTarget }) => setSplit(Number(currentTarget.value))}
            />
            <span>{words.result}</span>
          </label>
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own. */}
        <div class="zoom" role="group" aria-label={words.zoom}>
          <button type="button" aria-pressed={zoom === 'fit'} onClick={() => setZoom('fit')}>
            {words.fit}
          </button>
          <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={() => change(-1)}>
            −
          </button>
          <button type="button" aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
            100 %
          </button>
          <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={() => change(1)}>
            +
          </button>
          <output>{`${numberText(scale * 100)} %`}</output>
        </div>
      </div>
    </div>
  );
}
