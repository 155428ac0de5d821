// s.yaml of the template; template.slow.test.ts checks it and runs what is beside it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { deployVariables } from '../../../src/deploy/deploy-variables.js';
import { parameters } from '../../../src/deploy/template/parameters.js';
import { templateYaml } from '../../../src/deploy/template/s-yaml.js';
import { shippedYaml } from '../../support/shipped.js';

const shipped = readFileSync(shippedYaml, 'utf8');

it('asks for all that somebody must set, and leaves what has a default', () => {
  const required = (yaml: string) => deployVariables(yaml).filter((variable) => variable.required);
  expect(required(shipped).length).toBeGreaterThan(0);
  expect(required(templateYaml(shipped))).toEqual([]);
  const left = deployVariables(templateYaml(shipped)).map(({ name }) => name);
  expect(left).toContain('LOG_PROJECT');
  expect(left.filter((name) => parameters.some(({ variable }) => variable === name))).toEqual([]);
});

it('is made of an s.yaml that a user has changed, too', () => {
  const changed = readFileSync(shippedYaml, 'utf8')
    .replace('  autostyle:', '  thumbnails:')
    .replace('memorySize: 256', 'memorySize: 512');
  const { resources } = parse(templateYaml(changed));
  expect(resources.thumbnails.props).toMatchObject({ memorySize: 512, code: './code' });
  expect(resources.thumbnails).not.toHaveProperty('actions');
});
