// The view rules.
import { Panel, shellWords } from '../shell.js';

export function RulesView() {
  return <Panel title={shellWords.rules}>…</Panel>;
}
