// A picture as it is stored, in its natural size as far as there is room, with its dimensions.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../rules/printable.js';
import { afterPause } from './after-pause.js';
import { numberText, wordsOf } from './language.js';
import { isSendable, type ObjectName } from './object-name.js';
import { signed } from './server.js';

const words = wordsOf({
  en: {
    loading: 'Loading…',
    failed:
      'The browser cannot show this: it is no picture, is in a format that the browser does not know, or is gone.',
    dots: 'A browser cannot ask for a key with a segment “.” or “..”.',
  },
  zh: {
    loading: '正在加载…',
    failed: '浏览器无法显示：不是图片、格式不受支持，或已被删除。',
    dots: 'Key 中有“.”或“..”段，浏览器无法请求。',
  },
});

interface StoredPictureProps {
  readonly of: ObjectName;
  /** Another one when another picture is stored there. */
  readonly version: string | number;
  /** Of the picture, beside its dimensions. */
  readonly facts: readonly string[];
  readonly children?: ComponentChildren;
}

/** @param children of the caption, above the facts */
export function StoredPicture({ of: { bucket, key }, version, facts, children }: StoredPictureProps) {
  const [url, setUrl] = useState<string>();
  const [size, setSize] = useState<string>();
  const [failed, setFailed] = useState(false);
  const sendable = isSendable(key);
  useEffect(() => {
    setFailed(false);
    if (!sendable) return;
    // What a burst of uploads pushes out of sight at once is not asked for.
    return afterPause(100, (signal) => {
      // Addresses that are signed within one second are the same: the version, which caches leave aside, tells apart
      // what was stored within it.
      const query = { 'response-cache-control': `no-store, version=${version}` };
      return signed({ method: 'GET', bucket, key, query }, signal).then(setUrl, () => setFailed(!signal.aborted));
    });
  }, [bucket, key, version]);
  const problem = !sendable ? words.dots : failed ? words.failed : undefined;
  return (
    <figure class="stored">
      {problem !== undefined ? (
        <p class="quiet placeholder">{problem}</p>
      ) : url === undefined ? (
        <p class="quiet placeholder">{words.loading}</p>
      ) : (
        <img
          // Another element for another picture: one that is still loading must not stand for it.
          key={url}
          class="picture"
          src={url}
          alt={printable(key)}
          decoding="async"
          loading="lazy"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize(`${numberText(naturalWidth)} × ${numberText(naturalHeight)}`)
          }
          onError={() => setFailed(true)}
        />
      )}
      <figcaption>
        {children}
        <div class="facts">{[...(size === undefined || failed ? [] : [size]), ...facts].join(' · ')}</div>
      </figcaption>
    </figure>
  );
}
