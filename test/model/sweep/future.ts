// The key of a state: what can still make a difference to the claims. Versions and dates are told only as far as
// something may yet ask for them: whether one is the source's own, and how dates compare.
import type { Late, Marker, Progress, Run, Setting, State, Worker } from './state.js';

/** For a setting: the same text for states that have the same future. */
export function futureIn(setting: Setting): (state: State) => string {
  const bounded = Number.isFinite(setting.bound);
  const shares = setting.seconds !== 'apart';
  const ends = setting.design.goesOnFrom === 'its end';
  const later = !setting.design.closesFirst;

  return (state) => {
    const { places, markers, workers, events, late, faults, now, taken } = state;

    const placeText = ({ source, storedAt, derivative, writtenAt, failed }: State['places'][number]): string => {
      if (source === 0 && !setting.removes) return `-`;
      const made = derivative === 0 ? '0' : derivative === source ? '=' : derivative < 0 ? 'i' : '~';
      const flags =
        (storedAt > 0 ? 1 : storedAt === 0 ? 64 : 0) +
        (writtenAt < storedAt ? 2 : 0) +
        (failed === source ? 8 : 0) +
        (shares ? (storedAt === now ? 16 : 0) + (writtenAt === now ? 32 : 0) : 0);
      return `${source === 0 ? '-' : source === 1 ? '1' : '+'}${made}${flags}`;
    };

    const runText = ({ key, asks, assumed, read, first }: Run): string => {
      const source = places[key]?.source ?? 0;
      const seen = assumed === source ? '=' : '~';
      return `${key}${asks}${asks === 'head' ? '' : seen}${asks === 'read' ? (read === source ? '=' : '~') : ''}${first ? '1' : ''}`;
    };

    const progressText = ({ after, counted, countedTo }: Progress): string => {
      return bounded ? `${after}+${counted}@${Math.max(after, countedTo)}` : `${after}`;
    };

    const newest = markers[0]?.unit ?? 0;
    const markerText = (marker: Marker): string => {
      const { unit, kind, keys, end, through } = marker;
      const rest = kind === 'begun' ? `${keys}${ends ? through : ''}` : end;
      return `${kind[0]}${unit - newest}.${progressText(marker)}.${rest}`;
    };

    const workerText = ({ next, unit, from, open, to, end, through, sources, runs, marked }: Worker): string => {
      const opens = next === 'close' || later ? open : '';
      const then =
        next === 'close' || next === 'compare'
          ? ''
          : `${progressText(to)}${end}${next === 'mark' ? '' : sources}${ends ? through : ''}`;
      const start = next === 'make' || next === 'mark' ? '' : progressText(from);
      return `${next}${unit - newest}.${start}|${opens}|${then}${marked ? 'm' : ''}|${runs.map(runText).sort().join()}`;
    };

    const lateText = (one: Late): string => ('call' in one ? runText(one.call) : markerText(one.marker));

    // Runs are named by the order of what they do, so that equal states have equal names.
    const working = workers.map((worker) => ({ run: worker.run, text: workerText(worker) })).sort(byText);
    const left = late.map((one) => ({ run: one.run, text: lateText(one) })).sort(byText);
    const lying = markers.map((marker) => ({ run: marker.run, text: markerText(marker) })).sort(byText);
    const names = [...new Set([...working, ...left, ...lying].map(({ run }) => run))];
    const all = [working, left, lying].map((some) =>
      some
        .map(({ run, text }) => `${names.indexOf(run)}${text}`)
        .sort()
        .join(' '),
    );
    const { killed, overlaps, early, refused } = faults;
    const bounds = bounded ? `.${state.made}.${state.calls}` : '';
    return [
      `${state.steps}${killed}${overlaps}${early}${refused}${bounds}${shares && now === 0 ? 'z' : ''}`,
      `${taken} ${places.map(placeText).join(' ')}`,
      ...all,
      events.map(runText).sort().join(),
      state.broken,
    ].join(';');
  };
}

function byText(one: { readonly text: string }, other: { readonly text: string }): number {
  return one.text < other.text ? -1 : one.text > other.text ? 1 : 0;
}
