// The view objects.
import { Panel, shellWords } from '../shell.js';

export function ObjectsView() {
  return <Panel title={shellWords.objects}>…</Panel>;
}
