// The editor of a draft: a plain text area, with numbers beside its lines and its mistakes underlined. What is typed is
// held against the rules' own loader a moment later; nothing is in force before it is run.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RulesInForce, RulesMistake } from '../../studio/rules-tools.js';
import { afterPause } from '../after-pause.js';
import { call, ServerError } from '../server.js';
import { Panel } from '../shell.js';
import { configJson } from './config-text.js';
import { Copying } from './copying.js';
import { lineCount, markedPieces } from './editor-text.js';
import { readRules } from './in-force.js';
import { Mistakes } from './mistakes.js';
import { words } from './words.js';

/** What is typed; undefined: the rules in force. It outlives the view. */
const typed = signal<string | undefined>(undefined);
const mistakes = signal<readonly RulesMistake[]>([]);
const failure = signal<string | undefined>(undefined);

/** Milliseconds without a key. */
const pause = 250;

export function Editor({ rules }: { readonly rules: RulesInForce }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const current = rules.text ?? configJson(rules.input);
  const text = typed.value ?? current;
  const isInForce = text === current;
  useEffect(() => {
    if (isInForce) {
      mistakes.value = [];
      return undefined;
    }
    return afterPause(pause, (signal) =>
      call<{ mistakes: readonly RulesMistake[] }>('check', { text }, signal).then(
        (checked) => (mistakes.value = checked.mistakes),
        () => {},
      ),
    );
  }, [text, isInForce]);
  const run = () =>
    ask(async () => {
      const answer = await call<{ mistakes: readonly RulesMistake[] }>('draft', { text });
      mistakes.value = answer.mistakes;
      if (answer.mistakes.length === 0) await readRules();
    });
  const discard = () =>
    ask(async () => {
      await call('discard', {});
      typed.value = undefined;
      await readRules();
    });
  const show = ({ start, end }: RulesMistake) => {
    area.current?.focus();
    area.current?.setSelectionRange(start, end);
    scrollToLine(area.current, text, start);
  };
  return (
    <Panel title={words.edit}>
      <p class="quiet">{words.editHint}</p>
      <TextEditor area={area} text={text} onRun={run} />
      <div class="row">
        <button type="button" class="main" title={words.runHint} disabled={isInForce} onClick={run}>
          {words.run}
        </button>
        {rules.source === 'draft' && (
          <button type="button" onClick={discard}>
            {words.discard}
          </button>
        )}
        {!isInForce && (
          <button type="button" onClick={() => (typed.value = undefined)}>
            {words.reset}
          </button>
        )}
        <Copying input={isInForce ? rules.input : undefined} text={text} />
        <span class="quiet" role="status">
          {failure.value ?? (isInForce ? words.running : words.edited)}
        </span>
      </div>
      <Mistakes text={text} mistakes={mistakes.value} onShow={show} />
    </Panel>
  );
}

async function ask(work: () => Promise<void>): Promise<void> {
  try {
    failure.value = undefined;
    await work();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    failure.value = error.message;
  }
}

interface TextEditorProps {
  readonly area: { current: HTMLTextAreaElement | null };
  readonly text: string;
  readonly onRun: () => void;
}

/** The text beneath the area has its size and its marks; so the whole scrolls as one. */
function TextEditor({ area, text, onRun }: TextEditorProps) {
  const numbers = Array.from({ length: lineCount(text) }, (_, line) => line + 1).join('\n');
  const pieces = markedPieces(text, mistakes.value);
  return (
    <div class="editor mono">
      <pre class="numbers" aria-hidden="true">
        {numbers}
      </pre>
      <div class="paper">
        <pre aria-hidden="true">
          {pieces.map((piece, at) => (piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text))}
          {'\n'}
        </pre>
        <textarea
          ref={area}
          value={text}
          aria-label={words.text}
          aria-invalid={mistakes.value.length > 0}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          wrap="off"
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            onRun();
          }}
        />
      </div>
    </div>
  );
}

function scrollToLine(area: HTMLTextAreaElement | null, text: string, at: number): void {
  const box = area?.closest('.editor');
  if (area === null || !box) return;
  const lines = lineCount(text);
  const line = lineCount(text.slice(0, at));
  box.scrollTop = ((line - 1) / lines) * area.scrollHeight - box.clientHeight / 2;
}
