// Which view the page shows, and of what: it is in the address behind `#`, so that a link, the back button and a
// reload lead to the same: `#/style?bucket=photos&key=a.jpg`.
import { signal } from '@preact/signals';

export const views = ['uploads', 'style', 'rules', 'objects', 'running'] as const;
export type View = (typeof views)[number];

export interface Place {
  readonly view: View;
  readonly query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { view: views.find((view) => view === path) ?? 'uploads', query: new URLSearchParams(query) };
}

/** A link to a view. */
export function linkTo(view: View, query: Readonly<Record<string, string>> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${view}${text === '' ? '' : `?${text}`}`;
}

/** Where the page is now. */
export const place = signal<Place>(placeOf(globalThis.location?.hash ?? ''));

/** Follows the address; `#content` is a place within a view. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    if (location.hash === '' || location.hash.startsWith('#/')) place.value = placeOf(location.hash);
  });
}
