// Writes a template of Serverless Devs' registry: what `s init` and the console's page start from. The folder is what
// `s registry publish` uploads.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import userConfig from '../../config.js';
import { reasonOf, writeWhole } from '../../terminal/file.js';
import { UserError } from '../../terminal/user-error.js';
import { buildFunction } from '../build.js';
import { projectFile } from '../project.js';
import { parameters } from './parameters.js';
import { templateYaml } from './s-yaml.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where it is written unless said otherwise. */
const templateFolder = join(root, 'template');

/**
 * Writes it, over a template that is there already.
 * @returns the files, below the folder
 * @throws {UserError} for rules that are wrong (as a build does), and a folder that cannot be written to; (2) for one
 *   that holds something else
 */
export async function writeTemplate(folder = templateFolder): Promise<string[]> {
  const code = join(folder, 'src/code');
  refuseOthers(folder);
  try {
    mkdirSync(code, { recursive: true });
  } catch (cause) {
    throw new UserError(`${folder} cannot be written to: ${reasonOf(cause)}`, 1, { cause });
  }
  const { files: built } = await buildFunction(code);
  const readme = readFileSync(new URL('readme.md', import.meta.url), 'utf8');
  const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile;
  const files = {
    'publish.yaml': publishYaml(version, description),
    'readme.md': readme,
    'src/readme.md': readme,
    'src/s.yaml': templateYaml(readFileSync(projectFile, 'utf8')),
    'src/code/rules.json': `${JSON.stringify(userConfig, null, 2)}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeWhole(join(folder, name), text);
  const functionFiles = [...built.map(({ name }) => name), 'package.json'].map((name) => `src/code/${name}`);
  return [...Object.keys(files), ...functionFiles].sort();
}

/** Files that nobody has made for a template are not written over. */
function refuseOthers(folder: string): void {
  const names = existing(folder);
  if (names.length === 0) return;
  const ours = names.includes('publish.yaml') && ownTemplate.test(readFileSync(join(folder, 'publish.yaml'), 'utf8'));
  if (ours) return;
  throw new UserError(`${folder} is not empty, and holds no template of this project: name another folder by --out`, 2);
}

function existing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UserError(`${folder} cannot be written to: ${reasonOf(error)}`, 1, { cause: error });
  }
}

interface PackageFile {
  readonly version: string;
  readonly description: string;
}

const name = 'oss-autostyle';
const ownTemplate = new RegExp(`^Name: ${name}$`, 'm');

function publishYaml(version: string, description: string): string {
  const properties = parameters.map(({ name, schema }) => [name, schema] as const);
  return stringify(
    {
      Edition: '3.0.0',
      Type: 'Project',
      Name: name,
      Version: version,
      Provider: ['阿里云'],
      Description: `图片上传到 OSS 后，按规则自动保存缩略图、水印、WebP。${description}`,
      Tags: ['函数计算 OSS 触发器', '图片处理'],
      Category: '图文处理',
      Service: {
        函数计算: { Authorities: ['AliyunFCFullAccess'] },
        对象存储: { Authorities: ['AliyunOSSFullAccess'] },
        日志服务: { Authorities: ['AliyunLogFullAccess'] },
      },
      Parameters: {
        type: 'object',
        additionalProperties: false,
        required: properties.map(([name]) => name),
        properties: Object.fromEntries(properties),
      },
    },
    { lineWidth: 0 },
  );
}
