// Takes the rules along: as the text of src/config.ts, or as JSON.
import { useCopying } from '../copying.js';
import { configModule } from './config-text.js';
import { words } from './words.js';

/** @param input the rules as JSON; undefined: the text has not been loaded yet */
export function Copying({ input, text }: { readonly input: unknown; readonly text: string }) {
  const [said, copy] = useCopying();
  return (
    <>
      <button type="button" disabled={input === undefined} onClick={() => copy(configModule(input))}>
        {words.copyConfig}
      </button>
      <button type="button" onClick={() => copy(text)}>
        {words.copyJson}
      </button>
      <span role="status">{said}</span>
    </>
  );
}
