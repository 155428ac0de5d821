// The buckets whose rules use Intelligent Media Management (blind watermarks, faces, automatic crops): each has to be
// bound to an IMM project, whose own service role reads the photos, and for blind watermarks writes.
// https://help.aliyun.com/zh/imm/developer-reference/api-imm-2020-09-30-attachossbucket
import { needsOf } from '../deploy/policy/style-needs.js';
import type { Surroundings } from '../remote/surroundings.js';
import type { Config } from '../rules/rule.js';
import { type Diagnosis, ok, problem, unseen } from './diagnosis.js';

/** @param look absent: there is nobody to ask, as with an endpoint of this machine */
export async function immDiagnoses(
  { rules }: Config,
  region: string,
  look: Surroundings['immProject'] | undefined,
): Promise<Diagnosis[]> {
  const using = rules.filter(({ outputs }) => outputs.some(({ style }) => needsOf(style).imm.length > 0));
  const buckets = [...new Set(using.flatMap(({ when }) => when.buckets))];
  return Promise.all(buckets.map((bucket) => immDiagnosis(bucket, region, look)));
}

async function immDiagnosis(
  bucket: string,
  region: string,
  look: Surroundings['immProject'] | undefined,
): Promise<Diagnosis> {
  const what = `whether oss://${bucket} is bound to an IMM project`;
  if (look === undefined) return unseen('imm', `${what} was not looked at`);
  const answer = await look(bucket);
  if ('unseen' in answer) return unseen('imm', `${what} could not be looked at: ${answer.unseen}`);
  const project = 'found' in answer ? answer.found['ProjectName'] : undefined;
  if (typeof project === 'string' && project !== '') {
    return ok('imm', `oss://${bucket} is bound to ${project}, whose service role must reach the bucket`);
  }
  const bind = `aliyun imm AttachOSSBucket --ProjectName PROJECT --OSSBucket ${bucket} --region ${region}`;
  const message = `oss://${bucket} is bound to no IMM project, which blind watermarks, faces and automatic crops need`;
  return problem('imm', message, `make a project in the IMM console, with its service role; then ${bind}`);
}
