import { expect, it } from 'vitest';
import { formerJournal } from '../../../src/check/rules/former-journal.js';
import { loadConfig } from '../../../src/rules/load.js';

const rules = [
  {
    name: 'r',
    when: { bucket: 'photos' },
    outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}' } }],
  },
];
const notes = { bucket: 'notes', prefix: 'a/' };
const found = (deployed: object | string, copy: object | string) =>
  formerJournal(loadConfig({ journal: copy, rules }, {}, { envelope: loadConfig({ journal: deployed, rules }, {}) }));

it.each<[string, object | string, object | string]>([
  ['there is none', 'throw', notes],
  ['it is the same', notes, { ...notes }],
])('says nothing of the deployed journal where %s', (_, deployed, copy) => {
  expect(found(deployed, copy)).toEqual([]);
});

it.each<[string, object | string]>([
  ['another bucket', { bucket: 'others', prefix: 'a/' }],
  ['another prefix', { bucket: 'notes', prefix: 'b/' }],
  ['none', 'throw'],
])('says where records are left when the published rules have %s', (_, copy) => {
  const [only] = found(notes, copy);
  expect(only).toMatchObject({ severity: 'info', code: 'journalMoved', where: 'journal' });
  expect(only?.message).toContain('the journal of src/config.ts is oss://notes/a/');
  expect(only?.fix).toContain('npm run replay -- --journal oss://notes/a/');
});

it('says nothing of rules that are deployed themselves', () => {
  expect(formerJournal(loadConfig({ journal: notes, rules }, {}))).toEqual([]);
});
