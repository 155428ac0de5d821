// What someone fills in who starts from the template: each parameter stands for a deploy variable of s.yaml.
// https://github.com/Serverless-Devs/Serverless-Devs/blob/master/spec/zh/0.0.2/serverless_package_model/3.package_model.md
// `x-role` and `x-bucket` make the console's page offer the account's roles and buckets. They are in no document, but
// in the vendor's own templates: https://github.com/devsapp/start-unzip-oss/blob/dipper/publish.yaml
import { regions } from '../s-schema/regions.js';

export interface Parameter {
  /** In publish.yaml, and in `{{ … }}` of src/s.yaml. */
  readonly name: string;
  /** The deploy variable whose place it takes. */
  readonly variable: string;
  /** A role's name, or its ARN, which is what the console fills in. */
  readonly isRole?: true;
  /** Its JSON schema, for a person and for the page. */
  readonly schema: Readonly<Record<string, unknown>>;
}

const bucket = (title: string, example: string, description: string) => ({
  title,
  type: 'string',
  default: example,
  description,
  pattern: '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$',
  'x-bucket': { dependency: ['region'] },
});

const role = (title: string, name: string, service: string, authorities: readonly string[], description: string) => ({
  title,
  type: 'string',
  default: name,
  description,
  'x-role': { name, service, authorities },
});

/** In the order in which they are asked for. */
export const parameters: readonly Parameter[] = [
  {
    name: 'region',
    variable: 'REGION',
    schema: {
      title: '地域 / Region',
      type: 'string',
      default: 'cn-hangzhou',
      description: '函数与三个 Bucket 所在的地域 / of the function and of all three buckets',
      enum: regions,
    },
  },
  {
    name: 'functionName',
    variable: 'FUNCTION_NAME',
    schema: {
      title: '函数名 / Function',
      type: 'string',
      default: 'oss-autostyle',
      description: '字母、数字、下划线和中划线，不能以数字或中划线开头 / letters, digits, _ and -',
      pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
    },
  },
  {
    name: 'sourceBucket',
    variable: 'SOURCE_BUCKET',
    schema: bucket('上传图片的 Bucket / Uploads', 'photos', '原图上传到这里 / photos are uploaded here'),
  },
  {
    name: 'targetBucket',
    variable: 'TARGET_BUCKET',
    schema: bucket(
      '保存结果的 Bucket / Derivatives',
      'photos-out',
      '缩略图等结果保存在这里 / what is made is saved here',
    ),
  },
  {
    name: 'journalBucket',
    variable: 'JOURNAL_BUCKET',
    schema: bucket(
      '日志 Bucket（私有） / Journal (private)',
      'photos-journal',
      '暂时未能完成的任务记录在这里，请使用私有 Bucket / what could not be finished yet is written here',
    ),
  },
  {
    name: 'functionRole',
    variable: 'FUNCTION_ROLE',
    isRole: true,
    schema: role(
      '函数角色 / Role of the function',
      'oss-autostyle',
      'fc',
      ['AliyunOSSFullAccess'],
      '函数以此角色访问 OSS；npm run policy 给出最小权限 / its exact permissions: npm run policy',
    ),
  },
  {
    name: 'triggerRole',
    variable: 'TRIGGER_ROLE',
    isRole: true,
    schema: role(
      '触发器角色 / Role of the trigger',
      'aliyunosseventnotificationrole',
      'OSS',
      ['AliyunFCInvocationAccess'],
      'OSS 以此角色调用函数 / OSS invokes the function by it',
    ),
  },
  {
    name: 'failureQueue',
    variable: 'FAILURE_QUEUE',
    schema: {
      title: '失败队列 / Failure queue',
      type: 'string',
      default: 'none',
      description: '已存在的轻量消息队列名，none 表示不使用 / an SMQ queue that exists, or none',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$',
    },
  },
];
