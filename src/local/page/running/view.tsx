// The view running.
import { Panel, shellWords } from '../shell.js';

export function RunningView() {
  return <Panel title={shellWords.running}>…</Panel>;
}
