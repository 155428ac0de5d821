// The style as a form: its steps, each with its controls, to be added, moved, switched off and removed.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { catalogue, type ImageOperationName } from '../../../style/catalogue.js';
import { Panel } from '../shell.js';
import { moved, type Row, replaced } from './bench.js';
import { operationDoes } from './operation-words.js';
import { newSteps } from './starts.js';
import { bench, shape } from './state.js';
import { StepCard } from './step-card.js';
import { words } from './words.js';

export function StepsPanel() {
  const { form, mistake } = bench.value;
  return (
    <Panel title={words.steps}>
      {mistake !== undefined && (
        <p class="bad" role="status">
          {words.unread} <small>{`${words.at} ${mistake.start}: ${mistake.message}`}</small>
        </p>
      )}
      <fieldset class="steps" disabled={mistake !== undefined} aria-label={words.steps}>
        {form.kind === 'stored' ? (
          <label class="row">
            {words.stored}
            <input
              aria-label={words.name}
              value={form.name}
              onInput={(event) => shape({ kind: 'stored', name: event.currentTarget.value })}
            />
          </label>
        ) : (
          <Steps rows={form.rows} />
        )}
      </fieldset>
    </Panel>
  );
}

function Steps({ rows }: { readonly rows: readonly Row[] }) {
  const list = useRef<HTMLOListElement>(null);
  // The row that was moved keeps the focus: after the next drawing.
  const follow = useRef<{ readonly index: number; readonly name: string } | undefined>(undefined);
  useLayoutEffect(() => {
    if (follow.current === undefined) return;
    const { index, name } = follow.current;
    follow.current = undefined;
    const buttons = list.current?.children[index]?.querySelectorAll<HTMLButtonElement>('button[name^=move]');
    const enabled = [...(buttons ?? [])].filter(({ disabled }) => !disabled);
    (enabled.find((button) => button.name === name) ?? enabled[0])?.focus();
  });
  const set = (next: readonly Row[]) => shape({ kind: 'steps', rows: next });
  return (
    <>
      <ol ref={list}>
        {rows.map((row, index) => (
          <StepCard
            key={index}
            row={row}
            number={index + 1}
            last={index === rows.length - 1}
            change={(next) => set(replaced(rows, index, next))}
            move={(by) => {
              follow.current = { index: index + by, name: by < 0 ? 'move-up' : 'move-down' };
              set(moved(rows, index, by));
            }}
            remove={() => set(rows.filter((_, at) => at !== index))}
          />
        ))}
      </ol>
      <AddStep add={(op) => set([...rows, { step: newSteps[op], on: true }])} />
    </>
  );
}

function AddStep({ add }: { readonly add: (op: ImageOperationName) => void }) {
  const [op, setOp] = useState<ImageOperationName>('resize');
  return (
    <div class="row">
      <select
        aria-label={words.add}
        value={op}
        onChange={(event) => setOp(event.currentTarget.value as ImageOperationName)}
      >
        {(Object.keys(catalogue) as ImageOperationName[]).map((name) => (
          <option key={name} value={name}>
            {`${name}: ${operationDoes(name)}`}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => add(op)}>
        {words.addButton}
      </button>
    </div>
  );
}
