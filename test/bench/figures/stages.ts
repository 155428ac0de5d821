// Where the function's CPU goes, by the stages of an event. From V8's sampling profile of a readable build.
import { readFileSync } from 'node:fs';
import type { Lab } from '../lab.js';
import { buildProject } from '../programs.js';
import { bundledRules } from '../rules.js';
import type { Figure, Row } from './figure.js';
import { measured } from './measured.js';
import { stagesOf } from './profile.js';
import { atOnce, warming } from './warm-uploads.js';

const events = 15_000;

export const stages: Figure = {
  name: 'stages',
  title: `CPU of an event by stage, ${events.toLocaleString('en')} events, ${atOnce} at a time, after ${warming}: from a sampling profile`,
  short: false,
  async run(lab) {
    const module = await buildProject(lab.folder('readable'), bundledRules, { readable: true });
    const found = await profiles(lab, module);
    const names = [...new Set(found.flatMap((one) => [...one.keys()]))];
    const rows = names.map((of): Row => {
      const costs = found.map((one) => (one.get(of) ?? 0) / events);
      const shares = found.map((one) => ((one.get(of) ?? 0) / total(one)) * 100);
      return { of, values: { 'an event': measured(costs, 'µs'), share: measured(shares, '%') } };
    });
    return rows.sort((a, b) => (b.values['share']?.median ?? 0) - (a.values['share']?.median ?? 0));
  },
};

async function profiles(lab: Lab, module: string): Promise<readonly ReadonlyMap<string, number>[]> {
  const code = readFileSync(module, 'utf8');
  const run = { contestant: 'function', module, warming, events, atOnce, profiled: true } as const;
  const { profiled } = await lab.warm({ profiled: run }, 3);
  return profiled.flatMap(({ profile }) => (profile === undefined ? [] : [stagesOf(profile, module, code)]));
}

function total(stage: ReadonlyMap<string, number>): number {
  return [...stage.values()].reduce((sum, time) => sum + time, 0);
}
