// The sample photos: all at once, each under the key that the shipped rules take, or one where files go.
import { signal } from '@preact/signals';
import type { ListedSample } from '../../studio/listed.js';
import { call } from '../server.js';
import { send } from './sending.js';
import { keyIn, mistakeIn } from './target-key.js';
import { words } from './words.js';

const samples = signal<readonly ListedSample[]>([]);

interface SamplesProps {
  readonly bucket: string;
  readonly where: string;
  readonly refuse: (why: string) => void;
}

export function Samples({ bucket, where, refuse }: SamplesProps) {
  const load = async () => {
    try {
      if (samples.value.length === 0) samples.value = await call<readonly ListedSample[]>('samples');
    } catch (error) {
      refuse((error as Error).message);
    }
  };
  const sendOne = (photo: string) => {
    const key = keyIn(where, photo);
    const wrong = mistakeIn(key);
    if (wrong === undefined) send([{ photo, bucket, key }]);
    else refuse(words.mistakes[wrong]);
  };
  return (
    <details class="samples" onToggle={() => void load()}>
      <summary>{words.samples}</summary>
      <p>
        <button type="button" onClick={() => send(samples.value.map((sample) => ({ ...sample, bucket })))}>
          {words.allSamples}
        </button>
      </p>
      <div class="row">
        <span class="quiet">{words.oneSample}</span>
        {samples.value.map(({ photo }) => (
          <button key={photo} type="button" class="chip" onClick={() => sendOne(photo)}>
            {photo}
          </button>
        ))}
      </div>
    </details>
  );
}
