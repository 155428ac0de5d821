// What is around the function's own properties in s.yaml: https://docs.serverless-devs.com/user-guide/spec/
import * as v from 'valibot';
import { anyText, fields, listOf, oneOf, type Refusal, text, together } from './fields.js';
import { type Mistake, mistakesOf } from './mistakes.js';

const action = fields({
  run: text(/\S/, 'a command'),
  path: v.optional(text(/\S/, 'a folder')),
});
const actions = listOf(action, 0, 20, 'actions, each { run, path }');

/** What keeps `s deploy` by hand from deploying what is old, or wrong. */
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
  edition: oneOf(['3.0.0']),
  name: text(/^[A-Za-z][\w-]{0,127}$/, 'a name of letters, digits, _ and -'),
  access: text(/\S/, 'the alias of credentials, e.g. default'),
  vars: v.optional(v.custom<Record<string, unknown>>(isObject, 'an object')),
  resources: v.custom<Record<string, unknown>>(
    (input) => isObject(input) && Object.keys(input).length === 1,
    'exactly one resource, the function',
  ),
});

const resource = fields({
  component: text(
    /^(fc3@\d+\.\d+\.\d+|\.{0,2}\/.+)$/,
    'fc3 with a version, e.g. fc3@0.1.22: the newest one may not be what was tried',
  ),
  actions: fields({
    'pre-deploy': preDeploy,
    'success-deploy': v.optional(actions),
    'fail-deploy': v.optional(actions),
    'complete-deploy': v.optional(actions),
  }),
  access: v.optional(anyText(128)),
  props: v.custom<Record<string, unknown>>(isObject, 'an object'),
});

/** The one resource, where it stands, and what is wrong around its properties. */
export function readDocument(input: unknown): {
  readonly props: unknown;
  readonly path: readonly string[];
  readonly mistakes: readonly Mistake[];
} {
  const outer = v.safeParse(document, input);
  const resources = isObject(input) && isObject(input['resources']) ? input['resources'] : {};
  const [name = 'NAME', inner] = Object.entries(resources)[0] ?? [];
  const path = ['resources', name];
  const read = inner === undefined ? undefined : v.safeParse(resource, inner);
  return {
    props: isObject(inner) ? inner['props'] : undefined,
    path: [...path, 'props'],
    mistakes: [...mistakesOf(outer.issues ?? [], []), ...mistakesOf(read?.issues ?? [], path)],
  };
}

function isObject(input: unknown): input is Record<string, unknown> {
  return Object.prototype.toString.call(input) === '[object Object]';
}
