// What OSS makes of the picture: the picture beside its original, or the text that OSS answers, or why it refuses.
import { bytesText, numberText } from '../language.js';
import { ServerError } from '../server.js';
import { Panel } from '../shell.js';
import { CompareStage } from './compare-stage.js';
import type { Shown } from './shown.js';
import { original, picture, refusal, result, working } from './state.js';
import { words } from './words.js';

export function PreviewPanel() {
  if (picture.value === undefined) return null;
  const before = original.value instanceof ServerError ? undefined : original.value;
  const after = result.value;
  return (
    <Panel title={words.preview}>
      <Refusal />
      {after?.text !== undefined ? (
        <pre class="whole">{pretty(after.text)}</pre>
      ) : (
        after !== undefined &&
        (after.size === undefined ? (
          <Unshown shown={after} />
        ) : (
          <CompareStage before={before} after={after} size={after.size} />
        ))
      )}
      <dl class="figures" aria-busy={working.value}>
        {before !== undefined && <Figures name={words.original} shown={before} />}
        {after !== undefined && <Figures name={words.result} shown={after} than={before} />}
      </dl>
    </Panel>
  );
}

function Refusal() {
  const error = refusal.value ?? (original.value instanceof ServerError ? original.value : undefined);
  return (
    <div role="status">
      {error !== undefined && (
        <div class="failure">
          <p class="bad">
            {words.refused} <b>{error.code}</b> {error.ec !== undefined && <code>EC {error.ec}</code>}
          </p>
          <p>{error.message}</p>
          {result.value !== undefined && <small>{words.lastGood}</small>}
        </div>
      )}
    </div>
  );
}

function Unshown({ shown: { type, url } }: { readonly shown: Shown }) {
  return (
    <p>
      {words.cannotShow} {type}. {/* Never opened: what is made in the page has its origin. */}
      <a href={url} download="">
        {words.download}
      </a>
    </p>
  );
}

interface FiguresProps {
  readonly name: string;
  readonly shown: Shown;
  /** What it is made of. */
  readonly than?: Shown | undefined;
}

function Figures({ name, shown: { size, bytes, type, ms, style }, than }: FiguresProps) {
  const share = than === undefined || than.bytes === 0 ? undefined : bytes / than.bytes - 1;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {size !== undefined && <span class="pixels">{`${size.width} × ${size.height}`}</span>}
        <span>{bytesText(bytes)}</span>
        {share !== undefined && (
          <span class={share < 0 ? 'good' : 'warn'}>
            {`${numberText(Math.abs(share) * 100, 1)} % ${share < 0 ? words.smaller : words.larger}`}
          </span>
        )}
        <span>{type.replace(/^image\//, '')}</span>
        {style !== undefined && <span>{`${numberText(ms)} ms`}</span>}
      </dd>
    </div>
  );
}

/** JSON with a line for each value; any other text as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
