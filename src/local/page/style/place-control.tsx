// A place on the picture: nine fields, as they lie on it. The arrow keys go from field to field as on the picture.
import { places } from './controls.js';
import { labelOf, type ParameterProps } from './parameter-label.js';
import { words } from './words.js';

const steps: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

export function PlaceControl(props: ParameterProps & { readonly others: readonly string[] }) {
  const { field, set, others } = props;
  const shown = field.value ?? field.fallback;
  const name = labelOf(props);
  const known = shown !== undefined && [...places, ...others].includes(shown);
  const radio = (place: string, tabbable: boolean) => (
    <input
      type="radio"
      name={name}
      value={place}
      aria-label={words.places[place] ?? place}
      title={`${place} ${words.places[place] ?? ''}`}
      checked={place === shown}
      tabIndex={tabbable ? 0 : -1}
      onChange={() => set(place)}
    />
  );
  return (
    <div
      class="places"
      role="radiogroup"
      aria-label={name}
      onKeyDown={(event) => {
        const step = steps[event.key];
        const at = places.indexOf((event.target as HTMLInputElement).value);
        if (step === undefined || at < 0) return;
        event.preventDefault();
        const [column, row] = [(at % 3) + step[0], Math.floor(at / 3) + step[1]];
        const next = column < 0 || column > 2 ? undefined : row > 2 ? others[0] : places[row * 3 + column];
        if (next === undefined) return;
        set(next);
        event.currentTarget.querySelector<HTMLInputElement>(`input[value=${next}]`)?.focus();
      }}
    >
      <span class="nine">{places.map((place, index) => radio(place, known ? place === shown : index === 0))}</span>
      {others.map((other) => (
        <span key={other}>
          {radio(other, other === shown)} <code aria-hidden="true">{other}</code>
        </span>
      ))}
    </div>
  );
}
