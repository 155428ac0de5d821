// s.yaml of the template, made of the project's own: the parameters take the place of deploy variables, the code is the
// bundle beside it, and the rules are the JSON file in it.
import { isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { templateCode, templateRules } from '../s-schema.js';
import { type Parameter, parameters } from './parameters.js';

const header = ` How the function is deployed: s deploy. The rules are code/rules.json; a rule that listens elsewhere needs a
 trigger of its own. Values other than the parameters come from the environment, as env() names them.`;

/** @param yaml s.yaml of the project */
export function templateYaml(yaml: string): string {
  const document = parseDocument(yaml);
  const resources = document.get('resources');
  const name = isMap(resources) ? String(resources.items[0]?.key) : 'autostyle';
  document.deleteIn(['resources', name, 'actions']);
  document.setIn(['resources', name, 'props', 'code'], templateCode);
  document.setIn(['resources', name, 'props', 'environmentVariables', 'CONFIG_URI'], templateRules);
  document.set('access', '{{ access }}');
  visit(document, (_key, node) => {
    if (!isNode(node)) return;
    // Comments speak of files and commands that the template has not.
    node.comment = null;
    node.commentBefore = null;
    if (isScalar(node) && typeof node.value === 'string') node.value = withParameters(node.value);
  });
  document.commentBefore = header;
  return document.toString({ lineWidth: 0 });
}

function withParameters(value: string): string {
  // Only the owner of the access key is known then.
  const withAccount = value.replace(/env\('ACCOUNT_ID'\)/g, "config('AccountID')");
  return parameters.reduce(withParameter, withAccount);
}

/** A whole `${env(…)}` becomes the parameter itself; within an expression it is a text of it. */
function withParameter(value: string, { name, variable, isRole }: Parameter): string {
  const call = `env\\('${variable}'(?:, *'[^']*')?\\)`;
  const inExpression = isRole ? `'{{ ${name} }}'.split('/').pop()` : `'{{ ${name} }}'`;
  const whole = isRole ? `\${${inExpression}}` : `{{ ${name} }}`;
  return value
    .replace(new RegExp(`\\$\\{${call}\\}`, 'g'), () => whole)
    .replace(new RegExp(call, 'g'), () => inExpression);
}
