// One result in the card of an upload: a derivative that was saved or removed, or why there is none.
import { printable } from '../../../rules/printable.js';
import { bytesText, numberText } from '../language.js';
import { NameText } from '../name-text.js';
import { StoredPicture } from '../stored-picture.js';
import type { Result } from './result.js';
import type { Numbered } from './uploads.js';
import { words } from './words.js';

export function Failure({ result: { targetText, style, error } }: { readonly result: Numbered<Result> }) {
  const { code = '', message = '', ec, kind = '' } = error ?? {};
  return (
    <div class="failure">
      <p>
        <b class="bad">✕ {printable(code)}</b>
        {ec !== undefined && <span class="quiet"> EC {printable(ec)}</span>} {printable(message)}
      </p>
      <p class="quiet">
        {style !== undefined && <NameText>{style}</NameText>}
        {targetText !== undefined && ' → '}
        {targetText !== undefined && <NameText>{targetText}</NameText>}
      </p>
      {words.kinds[kind] !== undefined && <p class="quiet">{words.kinds[kind]}</p>}
    </div>
  );
}

export function Derivative({ result, gone }: { readonly result: Numbered<Result>; readonly gone: boolean }) {
  const { status, target, targetText = '', style, bytes, ms, relayed, number } = result;
  const facts = [
    ...(bytes === undefined ? [] : [bytesText(bytes)]),
    ...(ms === undefined ? [] : [`${numberText(ms)} ms`]),
    ...(status === 'removed' ? [words.removedTarget] : []),
  ];
  const caption = (
    <>
      <NameText>{targetText.replace(/^oss:\/\//, '')}</NameText>
      {style !== undefined && (
        <div class="quiet style">
          <NameText>{style}</NameText>
        </div>
      )}
      {relayed && <abbr title={words.relayedHint}>{words.relayed}</abbr>}
    </>
  );
  if (status === 'removed' || gone || target === undefined) {
    return (
      <figure class="stored">
        <figcaption>
          {caption}
          <div class="facts">{facts.join(' · ')}</div>
        </figcaption>
      </figure>
    );
  }
  return (
    <StoredPicture of={target} version={number} facts={facts}>
      {caption}
    </StoredPicture>
  );
}
