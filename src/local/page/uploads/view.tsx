// The view uploads.
import { Panel, shellWords } from '../shell.js';

export function UploadsView() {
  return <Panel title={shellWords.uploads}>…</Panel>;
}
