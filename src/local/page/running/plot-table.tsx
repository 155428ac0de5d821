// The plot as a table, a row a minute.
import { useState } from 'preact/hooks';
import { numberText, timeText } from '../language.js';
import { minutesOf, type Slot } from './last-minutes.js';
import { words } from './words.js';

export function PlotTable({ shown }: { readonly shown: readonly Slot[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.table}</summary>
      {open && (
        <table>
          <thead>
            <tr>
              {[words.minute, words.uploads, words.invocations, words.mean, words.longest, words.failed].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {minutesOf(shown).map(({ start, uploads, invocations, totalMs, longestMs, failed }) => (
              <tr key={start}>
                <th scope="row">{timeText(start)}</th>
                <td>{numberText(uploads)}</td>
                <td>{numberText(invocations)}</td>
                <td>{invocations === 0 ? '–' : numberText(totalMs / invocations)}</td>
                <td>{invocations === 0 ? '–' : numberText(longestMs)}</td>
                <td>{numberText(failed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
