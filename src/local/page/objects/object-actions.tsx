// What can be done with the object that is open.
import { ErrorLine, useAttempt } from '../attempt.js';
import type { ObjectName } from '../object-name.js';
import { linkTo } from '../place.js';
import { answered, askOss, signed } from '../server.js';
import { send } from '../uploads/sending.js';
import { SendingList } from '../uploads/sending-list.js';
import { DeleteButton } from './delete-button.js';
import { words } from './words.js';

interface ObjectActionsProps {
  readonly of: ObjectName;
  /** Its Content-Type, for the same bytes again. */
  readonly type: string;
}

export function ObjectActions({ of: { bucket, key }, type }: ObjectActionsProps) {
  const [error, attempt] = useAttempt();
  const download = async () => {
    const link = document.createElement('a');
    link.href = await signed({ method: 'GET', bucket, key });
    link.download = key.replace(/^.*\//s, '') || key;
    link.click();
  };
  const again = async () => {
    const bytes = await answered((await askOss({ method: 'GET', bucket, key })).blob());
    send([{ file: new Blob([bytes], { type }), bucket, key }]);
  };
  return (
    <>
      <div class="row actions">
        <button type="button" onClick={() => attempt(download)}>
          {words.download}
        </button>
        <label class="button">
          {words.newBytes}
          <input
            class="hidden"
            type="file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) send([{ file, bucket, key }]);
              currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" title={words.sameHint} onClick={() => attempt(again)}>
          {words.sameBytes}
        </button>
        <DeleteButton bucket={bucket} keys={[key]} />
        <a href={linkTo('style', { bucket, key })}>{words.style}</a>
        <a href={linkTo('uploads', { bucket, key })}>{words.uploads}</a>
      </div>
      <ErrorLine error={error} />
      <SendingList />
    </>
  );
}
