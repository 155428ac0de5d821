// The frame of the page: its name, the views, whether the server answers.
import type { ComponentChildren, ComponentType } from 'preact';
import { wordsOf } from './language.js';
import { connection } from './live.js';
import { linkTo, place, type View, views } from './place.js';
import { RulesSign } from './rules/sign.js';

export const shellWords = wordsOf({
  en: {
    skip: 'Skip to the content',
    views: 'Views',
    uploads: 'Uploads',
    style: 'Style',
    rules: 'Rules',
    objects: 'Objects',
    running: 'Running',
    live: 'connected',
    offline: 'The server does not answer. Trying again…',
    stale: 'The server was started anew.',
    reload: 'Load the page again',
  },
  zh: {
    skip: '跳到内容',
    views: '视图',
    uploads: '上传',
    style: '样式',
    rules: '规则',
    objects: '文件',
    running: '运行',
    live: '已连接',
    offline: '服务器没有响应，正在重试…',
    stale: '服务器已重新启动。',
    reload: '重新加载页面',
  },
});

/** @param contents each view */
export function Shell({ contents }: { readonly contents: Readonly<Record<View, ComponentType>> }) {
  const { view } = place.value;
  const Content = contents[view];
  return (
    <>
      <a class="skip" href="#content">
        {shellWords.skip}
      </a>
      <header class="top">
        <span class="name">
          oss-autostyle <b>studio</b>
        </span>
        <nav aria-label={shellWords.views}>
          {views.map((one) => (
            <a key={one} href={linkTo(one)} aria-current={one === view ? 'page' : undefined}>
              {shellWords[one]}
            </a>
          ))}
        </nav>
        <RulesSign />
      </header>
      <Connection />
      <main id="content" tabIndex={-1} class={`view ${view}`}>
        <h1 class="hidden">{shellWords[view]}</h1>
        <Content />
      </main>
    </>
  );
}

function Connection() {
  const state = connection.value;
  return (
    <div role="status" class={state === 'live' ? 'hidden' : 'notice'}>
      {state === 'live' ? shellWords.live : shellWords[state]}
      {state === 'stale' && (
        <button type="button" onClick={() => location.reload()}>
          {shellWords.reload}
        </button>
      )}
    </div>
  );
}

/** A part of a view, with its heading. */
export function Panel({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
