// Copies texts, and says whether the browser has done it.
import { useState } from 'preact/hooks';
import { wordsOf } from './language.js';

const words = wordsOf({
  en: { copied: 'Copied.', notCopied: 'The browser does not allow it: select the text.' },
  zh: { copied: '已复制。', notCopied: '浏览器不允许复制，请手动选择文本。' },
});

/** @returns what is to be said of the last copy, and the function that copies */
export function useCopying(): [said: string, copy: (text: string) => Promise<void>, forget: () => void] {
  const [said, say] = useState('');
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => say(words.copied),
      () => say(words.notCopied),
    );
  return [said, copy, () => say('')];
}
