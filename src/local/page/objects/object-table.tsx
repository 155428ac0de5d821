// The folders and objects that are listed, and those of them that are selected, to be deleted.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import type { ListedObject } from '../../studio/listed.js';
import { bytesText, momentText } from '../language.js';
import { NameText } from '../name-text.js';
import { isSendable } from '../object-name.js';
import { linkTo } from '../place.js';
import { DeleteButton } from './delete-button.js';
import { isLoading, listError, listing, more } from './listed.js';
import { mostListed } from './listing.js';
import { words } from './words.js';

/** @param open the key of the object that is open */
export function ObjectTable({ open }: { readonly open: string | undefined }) {
  const { bucket, prefix, folders, objects, next } = listing.value;
  const selected = useSignal<ReadonlySet<string>>(new Set());
  useEffect(() => {
    selected.value = new Set();
  }, [bucket, prefix]);
  const sendable = objects.filter(({ key }) => isSendable(key));
  const chosen = sendable.filter(({ key }) => selected.value.has(key)).map(({ key }) => key);
  const isEmpty = folders.length + objects.length === 0 && next === undefined;
  return (
    <>
      <div class="row selection">
        <label class="row">
          <input
            type="checkbox"
            checked={chosen.length > 0 && chosen.length === sendable.length}
            disabled={sendable.length === 0}
            onChange={({ currentTarget: { checked } }) => {
              selected.value = new Set(checked ? sendable.map(({ key }) => key) : []);
            }}
          />
          {words.selectAll}
        </label>
        {chosen.length > 0 && <span>{words.selected(chosen.length)}</span>}
        <DeleteButton bucket={bucket} keys={chosen} />
      </div>
      <table class="objects-table">
        <thead>
          <tr>
            <td />
            <th scope="col">{words.name}</th>
            <th scope="col">{words.size}</th>
            <th scope="col">{words.time}</th>
          </tr>
        </thead>
        <tbody>
          {folders.map((folder) => (
            <tr key={folder}>
              <td />
              <td colSpan={3}>
                <a href={linkTo('objects', { bucket, prefix: folder })}>
                  <NameText>{folder.slice(prefix.length)}</NameText>
                </a>
              </td>
            </tr>
          ))}
          {objects.map((object) => (
            <Row
              key={object.key}
              object={object}
              link={linkTo('objects', { bucket, prefix, key: object.key })}
              name={object.key.slice(prefix.length) || object.key}
              isOpen={object.key === open}
              isSelected={selected.value.has(object.key)}
              select={(is) => {
                const keys = new Set(selected.value);
                if (is) keys.add(object.key);
                else keys.delete(object.key);
                selected.value = keys;
              }}
            />
          ))}
        </tbody>
      </table>
      {isLoading.value && <p class="quiet">{words.loading}</p>}
      {isEmpty && !isLoading.value && listError.value === undefined && <p class="quiet">{words.empty}</p>}
      {next !== undefined && objects.length < mostListed && (
        <button type="button" disabled={isLoading.value} onClick={() => void more()}>
          {words.more}
        </button>
      )}
      {next !== undefined && objects.length >= mostListed && <p class="quiet">{words.most(objects.length)}</p>}
    </>
  );
}

interface RowProps {
  readonly object: ListedObject;
  readonly link: string;
  readonly name: string;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly select: (is: boolean) => void;
}

function Row({ object: { key, size, time }, link, name, isOpen, isSelected, select }: RowProps) {
  const sendable = isSendable(key);
  return (
    <tr class={isOpen ? 'open' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={words.select(printable(key))}
          checked={isSelected}
          disabled={!sendable}
          onChange={({ currentTarget: { checked } }) => select(checked)}
        />
      </td>
      <td>
        <a href={link} aria-current={isOpen ? 'true' : undefined}>
          <NameText>{name}</NameText>
        </a>
        {!sendable && <div class="quiet">{words.dots}</div>}
      </td>
      <td class="number">{bytesText(size)}</td>
      <td class="number">{momentText(Date.parse(time))}</td>
    </tr>
  );
}
