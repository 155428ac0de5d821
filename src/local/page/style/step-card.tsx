// One step of the form.
import { useRef, useState } from 'preact/hooks';
import { isOperationName } from '../../../style/catalogue.js';
import type { Row } from './bench.js';
import { type Field, fieldsOf, withArgument, withValue } from './controls.js';
import { operationDoes, parameterDoes } from './operation-words.js';
import { ParameterControl } from './parameter-control.js';
import { words } from './words.js';

interface StepCardProps {
  readonly row: Row;
  /** From 1. */
  readonly number: number;
  readonly last: boolean;
  readonly change: (row: Row) => void;
  readonly move: (by: 1 | -1) => void;
  readonly remove: () => void;
}

export function StepCard({ row, number, last, change, move, remove }: StepCardProps) {
  const { op, fields, strays } = fieldsOf(row.step);
  const name = `${number} ${op}`;
  const set = (step: string) => change({ ...row, step });
  // Of many parameters, those are shown that are given, or were: what is cleared must not vanish while one types.
  const [all, setAll] = useState(false);
  const ever = useRef(new Set<string>());
  for (const field of fields) if (field.value !== undefined) ever.current.add(`${op} ${field.name}`);
  const many = fields.length > 5 && !all;
  const shown = fields.filter(
    ({ name: key, parameter }) => !many || parameter.required || ever.current.has(`${op} ${key}`),
  );
  const rest = fields.filter((field) => !shown.includes(field));
  const control = (field: Field) =>
    isOperationName(op) && (
      <ParameterControl
        key={field.name}
        field={field}
        owner={name}
        does={parameterDoes(op, field.name)}
        set={(value) => set(withValue(row.step, field.name, value))}
      />
    );
  return (
    <li class={row.on ? 'step' : 'step off'}>
      <fieldset aria-label={name}>
        <div class="step-head">
          <label>
            <input
              type="checkbox"
              aria-label={`${words.on}: ${name}`}
              checked={row.on}
              onChange={(event) => change({ ...row, on: event.currentTarget.checked })}
            />{' '}
            <b class="mono">{op}</b>
          </label>
          <small class={isOperationName(op) ? undefined : 'bad'}>
            {isOperationName(op) ? operationDoes(op) : words.unknown}
          </small>
          <span class="step-tools">
            <button
              type="button"
              name="move-up"
              aria-label={`${words.moveUp}: ${name}`}
              title={words.moveUp}
              disabled={number === 1}
              onClick={() => move(-1)}
            >
              ↑
            </button>
            <button
              type="button"
              name="move-down"
              aria-label={`${words.moveDown}: ${name}`}
              title={words.moveDown}
              disabled={last}
              onClick={() => move(1)}
            >
              ↓
            </button>
            <button type="button" aria-label={`${words.remove}: ${name}`} title={words.remove} onClick={remove}>
              ×
            </button>
          </span>
        </div>
        {row.on && shown.map(control)}
        {row.on &&
          strays.map(({ index, text }) => (
            <label key={`stray-${index}`} class="parameter">
              <span>{words.argument}</span>
              <input
                class="mono"
                value={text}
                onInput={(event) => set(withArgument(row.step, index, event.currentTarget.value))}
              />
            </label>
          ))}
        {row.on && rest.length > 0 && (
          <button type="button" class="more" onClick={() => setAll(true)}>
            {`${words.moreParameters}: ${rest.map((field) => field.name).join(', ')}`}
          </button>
        )}
      </fieldset>
    </li>
  );
}
