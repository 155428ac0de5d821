// The parts of s.yaml around the function's own properties: https://docs.serverless-devs.com/user-guide/spec/
import * as v from 'valibot';
import { type Document, isMap, isScalar } from 'yaml';
import { showText } from '../../rules/issue.js';
import { anyText, fields, isObject, listOf, oneOf, type Refusal, text, together } from './fields.js';
import { type Mistake, mistakesOf } from './mistakes.js';

/** The only edition that `s` 3.1.10 takes. */
const edition = '3.0.0';

const action = fields({
  run: text(/\S/, 'a command'),
  path: v.optional(text(/\S/, 'a folder')),
});
const actions = listOf(action, 0, 20, 'actions, each { run, path }');

/** They keep `s deploy` by hand from deploying an old or a wrong function. */
const gates: readonly (readonly [command: RegExp, expected: string])[] = [
  [/(?:^|[\s;&])npm run build(?:[\s;&]|$)/, 'npm run build'],
  [/(?:^|[\s;&])npm run check -- (?:[^;&]*\s)?--deploy(?:[\s;&]|$)/, 'npm run check -- --deploy'],
];

const preDeploy = v.pipe(
  actions,
  together((list) =>
    gates
      .filter(([command]) => !list.some(({ run }) => command.test(run)))
      .map(([, expected]): Refusal => ({ path: [], expected: `an action with run: ${expected}, among them` })),
  ),
);

const document = fields({
  // As a number, `s` takes it for an older edition.
  edition: oneOf([edition]),
  name: text(/^[A-Za-z][\w-]{0,127}$/, 'a name of letters, digits, _ and -'),
  access: text(/\S/, 'the alias of credentials, e.g. default'),
  vars: v.optional(v.custom<Record<string, unknown>>(isObject, 'an object')),
  resources: v.custom<Record<string, unknown>>(
    (input) => isObject(input) && Object.keys(input).length === 1,
    'exactly one resource, the function',
  ),
});

const otherActions = {
  'success-deploy': v.optional(actions),
  'fail-deploy': v.optional(actions),
  'complete-deploy': v.optional(actions),
};

const around = {
  component: text(
    /^(fc3@\d+\.\d+\.\d+|\.{0,2}\/.+)$/,
    'fc3 with a version, e.g. fc3@0.1.22: the newest one may not be what was tried',
  ),
  access: v.optional(anyText(128)),
  props: v.custom<Record<string, unknown>>(isObject, 'an object'),
};

/** A function that is built from the project. */
const resource = fields({ ...around, actions: fields({ 'pre-deploy': preDeploy, ...otherActions }) });

/** A function as `npm run template` gives it, built already: the code says so. */
const builtResource = fields({
  ...around,
  actions: v.optional(fields({ 'pre-deploy': v.optional(actions), ...otherActions })),
});

function isTemplate(inner: unknown): boolean {
  return isObject(inner) && isObject(inner['props']) && inner['props']['code'] === './code';
}

/** The one resource, its place, and what is wrong around its properties. */
export function readDocument(input: unknown): {
  readonly props: unknown;
  readonly path: readonly string[];
  readonly mistakes: readonly Mistake[];
} {
  const outer = v.safeParse(document, input);
  const resources = isObject(input) && isObject(input['resources']) ? input['resources'] : {};
  const [name = 'NAME', inner] = Object.entries(resources)[0] ?? [];
  const path = ['resources', name];
  const read = inner === undefined ? undefined : v.safeParse(isTemplate(inner) ? builtResource : resource, inner);
  return {
    props: isObject(inner) ? inner['props'] : undefined,
    path: [...path, 'props'],
    mistakes: [...mistakesOf(outer.issues ?? [], []), ...mistakesOf(read?.issues ?? [], path)],
  };
}

/**
 * Why a text cannot be an s.yaml at all; undefined: it can. Checked before `s` reads it, whose messages about these do
 * not help.
 * @param documents as the text was parsed
 */
export function editionMistake(documents: readonly Document.Parsed[]): string | undefined {
  const contents = documents[0]?.contents ?? null;
  if (contents === null || (isScalar(contents) && contents.value === null)) return 'is empty';
  if (documents.length > 1) return `holds ${documents.length} YAML documents, divided by ---: expected one`;
  if (!isMap(contents)) return `holds no keys: expected edition: ${edition}, name, access and resources`;
  const found: unknown = contents.get('edition');
  if (found === edition) return undefined;
  if (found === undefined) return `has no edition: expected the line edition: ${edition}`;
  return `has ${shown(found)}: expected edition: ${edition}, the only one that Serverless Devs takes`;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return `the edition ${value}`;
  return typeof value === 'string' ? `the edition ${showText(value)}` : 'an edition that is no text';
}
