// What the studio says of one upload, by the code of `explain`: which rule takes it and why, and what is there of it.
import { eventJson, explainEvent } from '../../check/explain/event.js';
import { answerOf } from '../../doctor/picture/answer.js';
import { examine } from '../../doctor/picture/picture.js';
import { localAccount } from '../../local/account.js';
import { functionSettings } from '../../local/cloud.js';
import type { ExplainedUpload, StudioTools, TriedUpload } from '../../local/studio/tools.js';
import { openAccount } from '../../remote/account.js';
import type { Config } from '../../rules/rule.js';
import { deliveryOf } from './event-operand.js';

/** Other rules that are listed. */
const mostOthers = 10;

/** @param config the rules that the function runs with @param now epoch ms */
export function studioAnswers(config: () => Config, now: () => number): Pick<StudioTools, 'explain' | 'look'> {
  const { region } = localAccount;
  return {
    async explain(tried) {
      const delivery = deliveryOf(eventBytes(tried), tried.key);
      const options = { region, override: undefined, now: now(), fromFile: false };
      const explained = await explainEvent(delivery, config(), options);
      const { explanations } = eventJson(explained, mostOthers) as { explanations: ExplainedUpload[] };
      const skipped = explained.ignored[0]?.reason;
      return explanations[0] ?? { rules: [], skipped, outputs: [], others: [], lookalikes: [] };
    },
    async look(name, url) {
      const [upload] = deliveryOf(eventBytes(name), name.key).uploads;
      if (upload === undefined) {
        return { look: { state: 'absent' }, derivatives: [], records: [], well: true };
      }
      const account = openAccount({ endpoint: url, region }, {});
      try {
        const { oss, details, concurrency } = account;
        const { timeout } = functionSettings;
        const context = { config: config(), region, oss, details, concurrency, now: now(), timeout };
        const picture = await examine(upload, context);
        const { look, derivatives, records } = picture;
        return { look, derivatives, records, well: answerOf(picture).well };
      } finally {
        await account.close();
      }
    },
  };
}

function eventBytes({ bucket, key, event, size, etag, time }: TriedUpload): Buffer {
  const record = {
    eventName: event ?? 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: time === undefined ? undefined : new Date(time).toISOString(),
    oss: { bucket: { name: bucket }, object: { key, size, eTag: etag } },
  };
  return Buffer.from(JSON.stringify(record));
}
