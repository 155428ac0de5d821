// How grave a finding of lint or of check is, as a word in its colour.
import { wordsOf } from './language.js';

const words = wordsOf({
  en: { error: 'error', warning: 'warning', info: 'note' },
  zh: { error: '错误', warning: '警告', info: '提示' },
});
const tones = { error: 'bad', warning: 'warn', info: 'quiet' } as const;

export function Severity({ of }: { readonly of: keyof typeof tones }) {
  return <b class={tones[of]}>{words[of]}</b>;
}
