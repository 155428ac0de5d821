// The view style.
import { Panel, shellWords } from '../shell.js';

export function StyleView() {
  return <Panel title={shellWords.style}>…</Panel>;
}
