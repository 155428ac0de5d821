// The view Running: what the function does, and what it has left undone.
import { Panel } from '../shell.js';
import { CountersList } from './counters-list.js';
import { Journal } from './journal.js';
import { Log } from './log.js';
import { Plot } from './plot.js';
import { words } from './words.js';

export function RunningView() {
  return (
    <>
      <Panel title={words.counters}>
        <CountersList />
      </Panel>
      <Panel title={words.minutes}>
        <Plot />
      </Panel>
      <Journal />
      <Log />
    </>
  );
}
