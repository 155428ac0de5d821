// The language of the page: Chinese where the browser prefers it, else English. Each view has its words beside it.

const { navigator } = globalThis as { readonly navigator?: { readonly languages?: readonly string[] } };
export const language: 'en' | 'zh' = preferred(navigator?.languages ?? []);

/** The first of the browser's languages that the page knows. */
function preferred(languages: readonly string[]): 'en' | 'zh' {
  const known = languages.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one === 'en' || one === 'zh');
  return known === 'zh' ? 'zh' : 'en';
}

/** The words of the page's language; both languages must have the same. */
export function wordsOf<Words extends object>(all: { readonly en: Words; readonly zh: NoInfer<Words> }): Words {
  return all[language];
}

/** A number as people of the page's language write it. */
export function numberText(value: number, digits = 0): string {
  return value.toLocaleString(language, { maximumFractionDigits: digits });
}

/** Bytes as B, KB or MB (1 KB = 1,000 bytes). */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${numberText(bytes)} B`;
  return bytes < 999_950 ? `${numberText(bytes / 1_000, 1)} KB` : `${numberText(bytes / 1_000_000, 2)} MB`;
}

/** A time of day. @param at epoch ms */
export function timeText(at: number): string {
  return new Date(at).toLocaleTimeString(language, { hourCycle });
}

/** A day and the time of day. @param at epoch ms @param styles such as `dateStyle`; default: all in figures */
export function momentText(
  at: number,
  styles: Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle'> = {},
): string {
  return new Date(at).toLocaleString(language, { ...styles, hourCycle });
}

/** Not `hour12: false`, with which English has 24:05 for five past midnight. */
const hourCycle = 'h23';
