// A key, a bucket, a style or any other text that somebody else has chosen: what could hide or reorder it is shown.
import { printable } from '../../rules/printable.js';

/** Isolated, so that text from right to left stays in its place; it breaks behind slashes and commas. */
export function NameText({ children }: { readonly children: string }) {
  const parts = printable(children).split(/(?<=[/,])/);
  return (
    <bdi class="mono name-text">{parts.flatMap((part, at) => (at === 0 ? [part] : [<wbr key={at} />, part]))}</bdi>
  );
}
