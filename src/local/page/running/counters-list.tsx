// The counters.
import { bytesText, numberText, timeText } from '../language.js';
import { counters } from './store.js';
import { words } from './words.js';

export function CountersList() {
  const { since, uploads, saved, skipped, failed, retries, coldStarts, memoryMB } = counters.value;
  const all = [
    [words.uploads, numberText(uploads)],
    [words.saved, numberText(saved)],
    [words.skipped, numberText(skipped)],
    [words.failed, numberText(failed), failed > 0 ? 'bad' : undefined],
    [words.retries, numberText(retries), retries > 0 ? 'warn' : undefined],
    [words.coldStarts, numberText(coldStarts)],
    [words.memory, bytesText(memoryMB * 1_000_000)],
  ] as const;
  return (
    <>
      <dl class="counters" aria-label={words.counters}>
        {all.map(([name, value, tone]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={tone}>{value}</dd>
          </div>
        ))}
      </dl>
      {since !== undefined && <p class="quiet counted">{words.since(timeText(since))}</p>}
    </>
  );
}
