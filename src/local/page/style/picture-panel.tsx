// Which stored picture is on the bench, and the list to choose another one from.
import { useRef, useState } from 'preact/hooks';
import { NameText } from '../name-text.js';
import { linkTo } from '../place.js';
import { PictureList } from './picture-list.js';
import { bench, picture } from './state.js';
import { words } from './words.js';

export function PicturePanel() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const chosen = picture.value;
  return (
    <section class="panel picture-panel row" aria-label={words.picture}>
      {chosen === undefined ? (
        <span>{words.noPicture}</span>
      ) : (
        <NameText>{`oss://${chosen.bucket}/${chosen.key}`}</NameText>
      )}
      <button
        type="button"
        class={chosen === undefined ? 'main' : undefined}
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        {chosen === undefined ? words.choose : words.another}
      </button>
      <dialog ref={dialog} class="panel" aria-label={words.choose} onClose={() => setOpen(false)}>
        {open && (
          <PictureList
            bucket={chosen?.bucket}
            choose={(other) => {
              dialog.current?.close();
              location.hash = linkTo('style', { ...other, style: bench.peek().text });
            }}
          />
        )}
        <form method="dialog">
          <button type="submit">{words.close}</button>
        </form>
      </dialog>
    </section>
  );
}
