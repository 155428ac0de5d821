// Regions and accounts that s.yaml names: the function, its triggers and its destination must all be in one.
import type { ResourceProps } from '../deploy/s-schema.js';
import { filtersOf } from '../deploy/triggers/filter.js';
import { type Found, found } from './finding.js';

/** What is in another region or account than the function. */
export function checkRegions(resource: ResourceProps): Found[] {
  const { region, role, asyncInvokeConfig, triggers } = resource;
  const account = accountOf(role);
  const findings: Found[] = [];
  for (const hearer of filtersOf(resource)) {
    const where = `${hearer.path}.sourceArn`;
    if (hearer.region !== region) {
      const message = `bucket ${hearer.bucket} is said to be in ${hearer.region}, the function in ${region}: OSS starts functions of its own region only`;
      findings.push(
        found('error', 'regionMismatch', where, message, `use a bucket in ${region}, or region: ${hearer.region}`),
      );
    }
    if (hearer.account !== account)
      findings.push(foreign(where, `the account of bucket ${hearer.bucket}`, hearer.account, account));
  }
  for (const [index, trigger] of triggers.entries()) {
    if (trigger.triggerType !== 'oss') continue;
    const own = accountOf(trigger.invocationRole);
    if (own !== account)
      findings.push(foreign(`props.triggers[${index}].invocationRole`, 'the account of this role', own, account));
  }
  for (const name of ['onSuccess', 'onFailure'] as const) {
    const arn = asyncInvokeConfig.destinationConfig?.[name]?.destination;
    const [, , there = '', owner = ''] = arn?.split(':') ?? [];
    const where = `props.asyncInvokeConfig.destinationConfig.${name}.destination`;
    if (there !== '' && there !== region) {
      const message = `the ${name} destination is in ${there}, the function in ${region}: FC cannot reach it`;
      findings.push(found('error', 'regionMismatch', where, message, `name one in ${region}`));
    }
    if (owner !== '' && owner !== account)
      findings.push(foreign(where, `the account of the ${name} destination`, owner, account));
  }
  return findings;
}

function accountOf(roleArn: string): string {
  return /^acs:ram::(\d+):/.exec(roleArn)?.[1] ?? '';
}

function foreign(where: string, what: string, theirs: string, account: string): Found {
  const message = `${what} is ${theirs}, that of the function's role ${account}: source, function and roles must be of one account`;
  return found('error', 'accountMismatch', where, message, 'write the same account everywhere (vars.accountId)');
}
