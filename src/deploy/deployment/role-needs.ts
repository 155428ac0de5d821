// The roles that a deployment needs: whether they are there, who may take them, and the commands that make them.
import type { Found } from '../../remote/open-api.js';
import type { Surroundings } from '../../remote/surroundings.js';
import type { Config } from '../../rules/rule.js';
import { shellWord } from '../../terminal/shell-quote.js';
import { trusting } from '../policy/document.js';
import { policiesOf } from '../policy/policies.js';
import { commandsFor, createRole } from '../policy/report.js';
import { type Setting, standardTriggerRole } from '../policy/setting.js';
import type { ResourceProps } from '../s-schema.js';
import { missing, type Needs, none, unseen } from './need.js';

export interface RoleInput {
  readonly setting: Setting;
  /** Undefined: the rules are kept elsewhere, and no copy is at hand. */
  readonly config: Config | undefined;
  readonly around: Pick<Surroundings, 'role'>;
}

/** The role of the function, and whether Function Compute may take it. */
export async function functionRole({ around, config, setting }: RoleInput): Promise<Needs> {
  const { functionRole: role } = setting;
  const document = trusting('fc.aliyuncs.com');
  const commands =
    config === undefined
      ? [createRole(role, document), 'npm run policy -- --config FILE.json --only function   # prints the rest']
      : [...commandsFor(policiesOf(config, setting), ['trust', 'function']), ...sweepCommand(config)];
  return roleNeed(role, 'of the function', 'fc.aliyuncs.com', await around.role(role), commands);
}

/** Sweeps are rare, and need to list: whoever wants them in the cloud grants it. */
function sweepCommand({ journal }: Config): string[] {
  if (journal === 'throw') return [];
  return ['npm run policy -- --reconcile   # prints what it needs beside that to reconcile in the cloud'];
}

/** The names of the roles by which OSS calls the function. */
export function triggerRoles({ triggers }: ResourceProps): string[] {
  const arns = triggers.flatMap((trigger) => (trigger.triggerType === 'oss' ? [trigger.invocationRole] : []));
  return [...new Set(arns.map((arn) => arn.slice(arn.indexOf(':role/') + ':role/'.length)))];
}

/** As the console names it; ARNs have it in lower case. */
const standardName = 'AliyunOSSEventNotificationRole';

/** The role of triggers, and whether OSS may take it. */
export async function triggerRole(name: string, { around, config, setting }: RoleInput): Promise<Needs> {
  const standard = name.toLowerCase() === standardTriggerRole;
  const role = standard ? standardName : name;
  const create = createRole(role, trusting('oss.aliyuncs.com'));
  const policy = `${standardName}Policy`;
  const own =
    config === undefined
      ? [create, 'npm run policy -- --config FILE.json --only trigger   # prints the rest']
      : commandsFor(policiesOf(config, setting), ['trigger']);
  const commands = standard
    ? [create, `aliyun ram AttachPolicyToRole --PolicyType System --PolicyName ${policy} --RoleName ${role}`]
    : own;
  return roleNeed(role, 'of the triggers', 'oss.aliyuncs.com', await around.role(role), commands);
}

function roleNeed(role: string, whose: string, service: string, answer: Found, commands: readonly string[]): Needs {
  if ('missing' in answer) return missing(`there is no role ${role} (${whose})`, commands);
  if ('unseen' in answer) return unseen(`role ${role} (${whose}): ${answer.unseen}`);
  const trust = trustOf(answer.found);
  if (trust === undefined) return unseen(`who may take role ${role} (${whose})`);
  if (services(trust).includes(service)) return none;
  // Whoever may take it now goes on doing so.
  const wider = { ...trust, Statement: [...trust.Statement, ...trusting(service).Statement] };
  const document = shellWord(JSON.stringify(wider));
  return missing(`role ${role} (${whose}) may not be taken by ${service}`, [
    `aliyun ram UpdateRole --RoleName ${role} --NewAssumeRolePolicyDocument ${document}`,
  ]);
}

interface Trust {
  readonly Statement: readonly { readonly Principal?: { readonly Service?: string | readonly string[] } }[];
}

function trustOf({ Role }: Readonly<Record<string, unknown>>): Trust | undefined {
  const { AssumeRolePolicyDocument: text } = Object(Role) as { AssumeRolePolicyDocument?: unknown };
  try {
    const trust = JSON.parse(String(text)) as Trust;
    return Array.isArray(trust.Statement) ? trust : undefined;
  } catch {
    return undefined;
  }
}

function services({ Statement }: Trust): string[] {
  return Statement.flatMap(({ Principal }) => Principal?.Service ?? []);
}
