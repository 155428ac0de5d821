// The same job with the vendor's SDK, as a careful author writes it: one client, kept with its connections, that takes
// the role's new keys when the SDK asks for them; the outputs of an upload side by side. It does not look at the source
// afterwards, retries nothing and writes no log.
import OSS, { type Client } from 'ali-oss';
import { type Context, outputsWanted, source, styleOf, targetBucket, targetKey } from './upload.js';

let client: Client | undefined;
let keys = { accessKeyId: '', accessKeySecret: '', stsToken: '' };

export async function handler(event: Buffer, context: Context): Promise<{ saved: number }> {
  const oss = clientOf(context);
  let saved = 0;
  const { events } = JSON.parse(event.toString()) as { events: { oss: { object: { key: string } } }[] };
  for (const record of events) {
    const { key } = record.oss.object;
    const answers = await Promise.all(
      Array.from({ length: outputsWanted() }, (_, output) =>
        oss.processObjectSave(key, targetKey(key, output), styleOf(output), targetBucket),
      ),
    );
    // A refusal does not throw.
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) throw new Error(`OSS answered ${refused.status}`);
    saved += answers.length;
  }
  return { saved };
}

function clientOf({ region, credentials }: Context): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  keys = { accessKeyId, accessKeySecret, stsToken: securityToken };
  client ??= new OSS({
    ...keys,
    region: `oss-${region}`,
    endpoint: process.env['OSS_ENDPOINT'] ?? '',
    bucket: source.bucket,
    refreshSTSToken: async () => keys,
    authorizationV4: true,
  });
  return client;
}
