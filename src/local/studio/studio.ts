// The studio: a page at `/-/`, where no bucket can be (its name would begin with a hyphen), and the interface that only
// this page may use, below `/-/api/`. What OSS itself can do, the page asks OSS for, with addresses that are signed
// here: so it sees what any client sees. The rest comes from the tools that the studio is given, and from what the
// embedded cloud reports of itself.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from './activity.js';
import { answerJson, answerMistake } from './answer.js';
import { readCall, type StudioRoutes } from './call.js';
import { StudioMistake } from './mistake.js';
import { isStudioHost, refusalOfCall, refusalOfPage } from './own-page.js';
import { createPageFiles } from './page-files.js';
import { objectRoutes } from './routes/objects.js';
import { rulesRoutes } from './routes/rules.js';
import { runningRoutes } from './routes/running.js';
import { type UploadRoutesOptions, uploadRoutes } from './routes/uploads.js';
import { streamActivity } from './stream.js';
import type { StudioTools } from './tools.js';

const root = '/-/';
const api = `${root}api/`;

export interface StudioOptions {
  /** Of the embedded cloud. */
  readonly url: string;
  readonly now: () => number;
  readonly activity: Activity;
  readonly tools: StudioTools;
  readonly runAgain: UploadRoutesOptions['runAgain'];
  /** Fires the function's timer; returns the request ids. */
  readonly tick: () => readonly string[];
  /** Called with what became a 500: a bug. */
  readonly onBug: (error: unknown) => void;
}

export interface Studio {
  /** Whether a request is for the studio. */
  isAsked(request: IncomingMessage): boolean;
  /**
   * Answers requests for the studio, and those by which a browser opens the server's own address, and returns true;
   * false, untouched, for all others. With a `refusal`, a message, nothing else is answered.
   */
  handle(request: IncomingMessage, response: ServerResponse, refusal: string | undefined): boolean;
}

export function createStudio({ url, now, activity, tools, runAgain, tick, onBug }: StudioOptions): Studio {
  const token = randomBytes(24).toString('base64url');
  const pageFile = createPageFiles(token);
  const routes: StudioRoutes = {
    ...objectRoutes(url, now, tools),
    ...rulesRoutes(tools),
    ...uploadRoutes({ url, tools, runAgain }),
    ...runningRoutes({ url, activity, journal: tools.journal, tick }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse, refusal?: string): Promise<void> {
    const { method = '', url: target = '' } = request;
    const path = target.split('?', 1)[0] ?? '';
    if (!path.startsWith(api)) {
      const forbidden = refusal ?? refusalOfPage(request);
      if (forbidden !== undefined) throw new StudioMistake('forbidden', forbidden);
      return pageFile(path.slice(root.length), request, response);
    }
    const forbidden = refusal ?? refusalOfCall(request, token);
    if (forbidden !== undefined) throw new StudioMistake('forbidden', forbidden);
    const name = `${method} ${path.slice(api.length)}`;
    if (name === 'GET events') return streamActivity(activity, request, response);
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (route === undefined) throw new StudioMistake('unknown', `The studio has no ${method} ${path}.`);
    answerJson(response, 200, await route(await readCall(request)));
  }

  const isAsked = ({ url: target = '', headers }: IncomingMessage) =>
    target.startsWith(root) && isStudioHost(headers.host);
  return {
    isAsked,
    handle(request, response, refusal) {
      if (refusal === undefined && isOpened(request)) {
        response.writeHead(302, { Location: root, 'Cache-Control': 'no-store' }).end();
        return true;
      }
      if (!isAsked(request)) return false;
      answer(request, response, refusal).catch((error) => {
        if (!(error instanceof StudioMistake)) onBug(error);
        answerMistake(response, error);
        if (!request.complete) request.resume();
      });
      return true;
    },
  };
}

/** A person has typed in the server's address. */
function isOpened({ url: target, method, headers }: IncomingMessage): boolean {
  return target === '/' && method === 'GET' && headers['sec-fetch-dest'] === 'document' && isStudioHost(headers.host);
}
