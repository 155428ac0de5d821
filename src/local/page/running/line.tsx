// One line of the log; the line as it was written is shown when it is opened.
import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { bytesText, numberText, timeText } from '../language.js';
import type { LogLine } from './log-line.js';
import { words } from './words.js';

const tones: Readonly<Partial<Record<LogLine['kind'], string>>> = { saved: 'good', failed: 'bad', skipped: 'quiet' };

export const Line = memo(({ line }: { readonly line: LogLine }) => {
  const [open, setOpen] = useState(false);
  const { at, kind, source, target, ms, bytes, text, counts, replayed, raw } = line;
  const said = counts && words.counts(numberText(counts.saved), numberText(counts.skipped), numberText(counts.failed));
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time>{timeText(at)}</time> <b class={tones[kind]}>{words[kind]}</b>{' '}
          <span class="what">
            {source !== undefined && <bdi>{printable(source)}</bdi>}
            {target !== undefined && (
              <>
                {' → '}
                <bdi>{printable(target)}</bdi>
              </>
            )}
            {text !== undefined && <bdi class={source && 'quiet'}> {printable(text.slice(0, 300))}</bdi>}
            {said}
            {replayed && <small> {words.replayed}</small>}
          </span>{' '}
          <span class="cost">
            {bytes !== undefined && <span>{bytesText(bytes)}</span>}{' '}
            {ms !== undefined && <span>{numberText(ms)} ms</span>}
          </span>
        </summary>
        {open && (
          <figure>
            <figcaption class="quiet">{words.raw}</figcaption>
            <pre>{printable(raw)}</pre>
          </figure>
        )}
      </details>
    </li>
  );
});
