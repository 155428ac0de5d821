// What is on its way, with how far it is; and what could not be sent.
import { bytesText, numberText } from '../language.js';
import { NameText } from '../name-text.js';
import { dismiss, type Sending, sending, tryAgain } from './sending.js';
import { words } from './words.js';

/** Lines that are shown; the others are counted. */
const mostShown = 20;

export function SendingList() {
  const all = sending.value;
  const shown = [...all.filter(({ error }) => error !== undefined), ...all.filter(({ error }) => error === undefined)];
  return (
    <ul class="sending" aria-live="polite">
      {shown.slice(0, mostShown).map((one) => (
        <li key={one.id}>
          <NameText>{`${one.bucket}/${one.key}`}</NameText>
          <State one={one} />
        </li>
      ))}
      {all.length > mostShown && <li class="quiet">+ {numberText(all.length - mostShown)}</li>}
    </ul>
  );
}

function State({ one: { id, size, sent, error, key } }: { readonly one: Sending }) {
  if (error !== undefined) {
    const number = error.ec === undefined ? '' : ` (EC ${error.ec})`;
    return (
      <div class="row">
        <span class="bad">
          <b>{error.code}</b>
          {number} {error.message}
        </span>
        <button type="button" onClick={() => tryAgain(id)}>
          {words.again}
        </button>
        <button type="button" onClick={() => dismiss(id)}>
          {words.dismiss}
        </button>
      </div>
    );
  }
  if (sent === undefined) return <span class="quiet">{words.waiting}</span>;
  if (size === undefined) return <span class="quiet">{words.making}</span>;
  return (
    <div class="row" aria-live="off">
      <progress max={Math.max(size, 1)} value={sent} aria-label={key} />
      <span class="quiet">
        {bytesText(sent)} / {bytesText(size)}
      </span>
    </div>
  );
}
