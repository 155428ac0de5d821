// The style in the form in which it is wanted elsewhere, to be copied.
import { useEffect, useState } from 'preact/hooks';
import { useCopying } from '../copying.js';
import { Panel } from '../shell.js';
import { type CopyForm, copyOf, forms } from './copies.js';
import { bench, picture } from './state.js';
import { words } from './words.js';

export function CopyPanel() {
  const [form, setForm] = useState<CopyForm>('style');
  const [said, copy, forget] = useCopying();
  const text = copyOf(form, bench.value.text, picture.value ?? { bucket: 'photos', key: 'photo.jpg' });
  useEffect(forget, [text]);
  return (
    <Panel title={words.copyAs}>
      <fieldset class="row copy-forms" aria-label={words.copyAs}>
        {forms.map((one) => (
          <label key={one}>
            <input type="radio" name="copy-form" checked={one === form} onChange={() => setForm(one)} />{' '}
            {words.forms[one]}
          </label>
        ))}
      </fieldset>
      {text === undefined ? <p class="quiet">{words.noForm}</p> : <pre class="whole">{text}</pre>}
      <div class="row">
        <button type="button" class="main" disabled={text === undefined} onClick={() => copy(text ?? '')}>
          {words.copy}
        </button>
        <span role="status">{said}</span>
      </div>
    </Panel>
  );
}
