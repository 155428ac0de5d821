// The log: its lines, filtered, following the end unless someone has scrolled up.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { numberText } from '../language.js';
import { linkTo, place } from '../place.js';
import { Panel } from '../shell.js';
import { Line } from './line.js';
import { filtered, type LineFilter, type LineKind, lineKinds } from './log-line.js';
import { lines } from './store.js';
import { words } from './words.js';

export function Log() {
  const [filter, setFilter] = useFilter();
  const shown = filtered(lines.value, filter);
  return (
    <Panel title={words.log}>
      <div class="row filter">
        <label>
          {words.search}{' '}
          <input
            type="search"
            value={filter.text}
            onInput={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          />
        </label>
        <label>
          {words.show}{' '}
          <select
            value={filter.kind ?? ''}
            onChange={(event) => setFilter({ ...filter, kind: kindOf(event.currentTarget.value) })}
          >
            <option value="">{words.all}</option>
            {lineKinds.map((kind) => (
              <option key={kind} value={kind}>
                {words[kind]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{lines.value.length === 0 ? words.noLines : words.noLine}</p>
      ) : (
        <Lines shown={shown} />
      )}
    </Panel>
  );
}

function Lines({ shown }: { readonly shown: ReturnType<typeof filtered> }) {
  const list = useRef<HTMLDivElement>(null);
  /** The number of the last line when someone scrolled up; undefined: the end is followed. */
  const [held, setHeld] = useState<number>();
  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  useLayoutEffect(() => {
    if (held === undefined) toEnd();
  }, [shown, held]);
  const fresh = held === undefined ? 0 : shown.filter(({ number }) => number > held).length;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={list} class="lines" tabIndex={0} aria-label={words.log} onScroll={onScroll}>
        <ol>
          {shown.map((line) => (
            <Line key={line.number} line={line} />
          ))}
        </ol>
      </section>
      {held !== undefined && (
        <button type="button" class="newest" onClick={() => setHeld(undefined)}>
          {words.newest(numberText(fresh))}
        </button>
      )}
    </>
  );

  function onScroll() {
    if (list.current === null) return;
    const { scrollTop, clientHeight, scrollHeight } = list.current;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 8;
    if (atEnd) setHeld(undefined);
    else setHeld((before) => before ?? shown.at(-1)?.number);
  }
}

/** The filter, which is also in the address. */
function useFilter(): [LineFilter, (filter: LineFilter) => void] {
  const { query } = place.value;
  const [filter, setFilter] = useState<LineFilter>({ kind: kindOf(query.get('kind')), text: query.get('text') ?? '' });
  useEffect(() => {
    // Not at each letter: browsers refuse it to a page that changes its address too often.
    const timer = setTimeout(() => {
      const { kind, text } = filter;
      const address = linkTo('running', { ...(kind !== undefined && { kind }), ...(text !== '' && { text }) });
      if (location.hash.startsWith('#/running') && location.hash !== address) location.replace(address);
    }, 300);
    return () => clearTimeout(timer);
  }, [filter]);
  return [filter, setFilter];
}

function kindOf(text: string | null): LineKind | undefined {
  return lineKinds.find((kind) => kind === text);
}
