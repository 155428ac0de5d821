// The mistakes of a draft: each leads to its place in the text.
import { printable } from '../../../rules/printable.js';
import type { RulesMistake } from '../../studio/rules-tools.js';
import { placeAt } from './editor-text.js';
import { words } from './words.js';

/** Mistakes that are listed: the first ones. */
const most = 50;

export function Mistakes({
  text,
  mistakes,
  onShow,
}: {
  readonly text: string;
  readonly mistakes: readonly RulesMistake[];
  readonly onShow: (mistake: RulesMistake) => void;
}) {
  return (
    <div aria-live="polite">
      {mistakes.length > 0 && (
        <>
          <h3 class="bad">{words.mistakes(mistakes.length)}</h3>
          <ul class="mistakes">
            {mistakes.slice(0, most).map((mistake) => {
              const { path, message, fix, start } = mistake;
              const { line, column } = placeAt(text, start);
              return (
                <li key={`${path} ${start} ${message}`}>
                  <button type="button" onClick={() => onShow(mistake)}>
                    {words.at(line, column)}
                  </button>
                  <span>
                    {path !== '' && <code>{printable(path)}</code>} {printable(message)}
                    {fix !== undefined && <span class="quiet"> → {printable(fix)}</span>}
                  </span>
                </li>
              );
            })}
          </ul>
          {mistakes.length > most && <p class="quiet">{words.more(mistakes.length - most)}</p>}
        </>
      )}
    </div>
  );
}
