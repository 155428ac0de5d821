// The control of one parameter: slider and number, switch, choice, nine fields, colour, text.
import { labelOf, type ParameterProps } from './parameter-label.js';
import { PlaceControl } from './place-control.js';
import { stopOf, stopsOf } from './stops.js';
import { words } from './words.js';

export function ParameterControl(props: ParameterProps) {
  const { field, owner, does, set } = props;
  const { name, parameter, control, value } = field;
  const shown = parameter.positional ? '' : name;
  // A Chinese character is as wide as two letters.
  const long = does.replace(/[^\0-\x7f]/g, '  ').length > 30;
  return (
    <div class={value === undefined ? 'parameter default' : 'parameter'}>
      <span class="parameter-name">
        {shown !== '' && <code>{shown}</code>} {!long && <small>{does}</small>}
      </span>
      <span class="parameter-value">
        {control.kind === 'number' && <NumberControl {...props} min={control.min} max={control.max} />}
        {control.kind === 'switch' && <Switch {...props} />}
        {control.kind === 'choice' && <Choice {...props} values={control.values} />}
        {control.kind === 'place' && <PlaceControl {...props} others={control.others} />}
        {control.kind === 'colour' && <Colour {...props} />}
        {control.kind === 'text' && (
          <input
            aria-label={labelOf(props)}
            value={value ?? ''}
            placeholder={words.notGiven}
            onInput={({ currentTarget }) => set(orNothing(currentTarget.value, parameter.required))}
          />
        )}
        {value !== undefined && !parameter.required && (
          <button
            type="button"
            class="leave-out"
            aria-label={`${words.leaveOut}: ${owner} ${name}`}
            title={words.leaveOut}
            onClick={() => set(undefined)}
          >
            ×
          </button>
        )}
      </span>
      {long && <small class="hint">{does}</small>}
    </div>
  );
}

function orNothing(text: string, required: true | undefined): string | undefined {
  return text === '' && !required ? undefined : text;
}

function NumberControl(props: ParameterProps & { readonly min: number; readonly max: number }) {
  const { field, set, min, max } = props;
  const stops = stopsOf(min, max);
  const shown = field.value ?? field.fallback;
  const number = Number(shown ?? min);
  return (
    <>
      <input
        type="range"
        aria-label={`${labelOf(props)} (${words.slider})`}
        aria-valuetext={shown ?? words.notGiven}
        min={0}
        max={stops.length - 1}
        value={stopOf(stops, Number.isNaN(number) ? min : number)}
        onInput={({ currentTarget }) => set(String(stops[Number(currentTarget.value)] ?? min))}
      />
      <input
        type="number"
        aria-label={labelOf(props)}
        min={min}
        max={max}
        value={field.value ?? ''}
        placeholder={field.fallback ?? '–'}
        onInput={({ currentTarget }) => {
          // What is no number yet, a lone minus, has no value.
          if (!currentTarget.validity.badInput) set(orNothing(currentTarget.value, field.parameter.required));
        }}
      />
    </>
  );
}

function Switch(props: ParameterProps) {
  const { field, set } = props;
  return (
    <input
      type="checkbox"
      aria-label={labelOf(props)}
      checked={(field.value ?? field.fallback) === '1'}
      onChange={({ currentTarget }) => set(currentTarget.checked ? '1' : '0')}
    />
  );
}

function Choice(props: ParameterProps & { readonly values: readonly string[] }) {
  const { field, set, values } = props;
  const { value, fallback, parameter } = field;
  const known = value === undefined || values.includes(value);
  const nothing = fallback === undefined ? words.notGiven : `(${fallback})`;
  return (
    <select
      aria-label={labelOf(props)}
      value={value ?? ''}
      onChange={({ currentTarget }) => set(orNothing(currentTarget.value, parameter.required))}
    >
      {!(parameter.required && known) && <option value="">{nothing}</option>}
      {!known && <option value={value}>{value}</option>}
      {values.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function Colour(props: ParameterProps) {
  const { field, set } = props;
  const shown = field.value ?? field.fallback ?? '000000';
  return (
    <>
      <input
        type="color"
        aria-label={labelOf(props)}
        value={/^[0-9a-f]{6}$/i.test(shown) ? `#${shown.toLowerCase()}` : '#000000'}
        onInput={({ currentTarget }) => set(currentTarget.value.slice(1).toUpperCase())}
      />
      <input
        class="mono hex"
        aria-label={`${labelOf(props)} (RRGGBB)`}
        value={field.value ?? ''}
        placeholder={field.fallback}
        maxLength={7}
        onInput={({ currentTarget }) => set(orNothing(currentTarget.value.replace(/^#/, ''), undefined))}
      />
    </>
  );
}
