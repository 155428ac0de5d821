// What an object has beside its bytes: the headers that it was stored with, and its tags. The function gives both to
// what it relays, and never reads them.
import { header, unescapeXml, unexpectedAnswer } from '../oss/answer.js';
import type { WireAnswer } from '../oss/connection.js';
import { headRequest } from '../oss/head.js';
import type { ObjectName } from '../oss/object-name.js';
import { createCalls, type OssOptions } from '../oss/request.js';
import { objectHeader } from '../rules/header-limits.js';

export interface ObjectDetails {
  /** By lower-case name: those that a rule can give to a derivative. @throws OssError */
  readonly headers: (object: ObjectName) => Promise<ReadonlyMap<string, string>>;
  /** It needs oss:GetObjectTagging. @throws OssError */
  readonly tags: (object: ObjectName) => Promise<ReadonlyMap<string, string>>;
}

// ms
const timeout = 15_000;

export function createDetails(options: OssOptions): ObjectDetails {
  const { call } = createCalls(options);
  return {
    headers: (object) =>
      call(headRequest(object), {
        read(answer) {
          const names = Object.keys(answer.headers).filter((name) => objectHeader.test(name));
          return new Map(names.map((name) => [name, header(answer, name) ?? '']));
        },
      }),
    // https://www.alibabacloud.com/help/en/oss/developer-reference/getobjecttagging
    tags: ({ bucket, key }) =>
      call({ bucket, key, method: 'GET', query: [['tagging', '']], timeout }, { read: tagsIn }),
  };
}

function tagsIn(answer: WireAnswer): ReadonlyMap<string, string> {
  const xml = answer.body.toString('utf8');
  if (!/<\/Tagging>\s*$/.test(xml)) throw unexpectedAnswer(answer, 'not the tags of an object');
  // Not trimmed: a tag may begin or end with a space.
  const text = (tag: string, name: string) =>
    unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(tag)?.[1] ?? '');
  const tags = xml.match(/<Tag>[\s\S]*?<\/Tag>/g) ?? [];
  return new Map(tags.map((tag) => [text(tag, 'Key'), text(tag, 'Value')]));
}
