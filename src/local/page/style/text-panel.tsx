// The style as text, with what lint finds underlined in it and listed below.
import type { LintFinding } from '../../../style/lint/finding.js';
import { Severity } from '../severity.js';
import { Panel } from '../shell.js';
import { fixed } from './fix.js';
import { partsOf } from './marks.js';
import { type Preset, presets } from './starts.js';
import { bench, context, findings, type } from './state.js';
import { words } from './words.js';

export function TextPanel() {
  const { text } = bench.value;
  const found = findings.value;
  const wrong = found.some(({ severity }) => severity === 'error');
  return (
    <Panel title={words.style}>
      <div class="style-text">
        <div class="style-marks" aria-hidden="true">
          {partsOf(text, found).map(({ text: part, severity }, index) => (
            <span key={index} class={severity && `mark-${severity}`}>
              {part}
            </span>
          ))}
          {'\n'}
        </div>
        <textarea
          aria-label={words.style}
          aria-invalid={wrong}
          aria-describedby="style-findings"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          rows={1}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <Findings found={found} />
      <Presets />
    </Panel>
  );
}

function Findings({ found }: { readonly found: readonly LintFinding[] }) {
  return (
    <div id="style-findings">
      {found.length === 0 ? (
        <p class="quiet">{words.fine}</p>
      ) : (
        <ul class="findings" aria-label={words.findings}>
          {found.map((finding, index) => (
            <Finding key={index} finding={finding} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Finding({ finding }: { readonly finding: LintFinding }) {
  const { severity, start, end, message, fix } = finding;
  const { text } = bench.value;
  const instead = fixed(text, finding, context.value);
  return (
    <li>
      <Severity of={severity} />{' '}
      <small>
        {words.at} {start}
      </small>{' '}
      {end > start && end - start < text.length && <code>{text.slice(start, end)}</code>} {message}
      {instead === undefined && fix !== undefined && (
        <small>
          {' '}
          {words.instead} <code>{fix}</code>
        </small>
      )}
      {instead !== undefined && (
        <button type="button" class="fix" onClick={() => type(instead)}>
          {fix === 'leave it out' ? words.leaveOut : words.fix}{' '}
          <code>{fix === 'leave it out' ? text.slice(start, end) : fix}</code>
        </button>
      )}
    </li>
  );
}

function Presets() {
  return (
    <label class="row">
      {words.begin}
      <select
        value=""
        onChange={(event) => {
          const chosen = event.currentTarget.value as Preset | '';
          event.currentTarget.value = '';
          if (chosen !== '') type(presets[chosen]);
        }}
      >
        <option value="">…</option>
        {(Object.keys(presets) as Preset[]).map((preset) => (
          <option key={preset} value={preset}>
            {words.presets[preset]}
          </option>
        ))}
      </select>
    </label>
  );
}
