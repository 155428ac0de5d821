// The embedded STS: AssumeRole, on the port of the embedded OSS, for clients like ali-oss's STS class.
//
// Imitates: RPC requests (GET or POST, parameters in query or form) with signature 1.0, and ACS3-HMAC-SHA256 as the
//   newer SDKs send it; Timestamp and nonce; the answers as JSON or XML; the errors of the service and its gateway.
// Gaps, each refused by its name: every other action; SourceIdentity; in a Policy Condition, NotAction and NotResource.
// Deliberate differences:
//   - every role of the account exists, trusts everybody with a key, and may do everything in OSS; a session lasts at
//     most an hour;
//   - an access key of the account counts as a RAM user's (live: "Roles may not be assumed by root accounts");
//   - a temporary key cannot assume a further role (live: it can, with the permission for it).

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessKeys } from '../oss/caller/access-key.js';
import { ServiceError } from '../oss/error.js';
import { ClientGone } from '../oss/request/body.js';
import { toXml, type XmlContent } from '../oss/xml.js';
import { keyIssuer } from '../temporary-keys.js';
import { assumeRole } from './assume-role.js';
import { authenticate, type Nonces } from './authenticate.js';
import { notImplemented, StsError } from './error.js';
import { isStsRequest, readRequest, type StsRequest } from './request.js';

/** The account that an embedded STS is for. */
export interface LocalStsOptions {
  /** Who may assume a role, and where the temporary keys are put. */
  readonly keys: AccessKeys;
  readonly region: string;
  readonly accountId: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Called with what became 500 InternalError. */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

/** An embedded STS, without a socket. */
export interface LocalSts {
  /** Answers requests of STS's API and returns true; false, untouched, for all others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

const otherActions = ['AssumeRoleWithOIDC', 'AssumeRoleWithSAML', 'GetCallerIdentity', 'GenerateSessionAccessKey'];

/** An embedded STS without its socket: give `handle` to node:http. */
export function createLocalSts({ keys, region, accountId, now, onBug = () => {} }: LocalStsOptions): LocalSts {
  const issueKey = keyIssuer();
  const nonces: Nonces = new Map();

  function run(request: StsRequest): { action: string; content: object } {
    const caller = authenticate(request, keys, nonces, now());
    const { action } = caller;
    if (otherActions.includes(action)) throw notImplemented(action);
    if (action !== 'AssumeRole') {
      const message = 'Specified api is not found, please check your url and method.';
      throw new StsError(404, 'InvalidAction.NotFound', message);
    }
    return { action, content: assumeRole(caller, { keys, issueKey, region, accountId, now: now() }) };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const RequestId = randomUUID().toUpperCase();
    let format = request.headers['x-acs-action'] === undefined ? 'XML' : 'JSON';
    try {
      const read = await readRequest(request);
      format = formatOf(read) ?? format;
      const { action, content } = run(read);
      send(response, 200, format, `${action}Response`, { RequestId, ...content });
    } catch (error) {
      if (error instanceof ClientGone) return;
      const known = error instanceof StsError || error instanceof ServiceError;
      if (!known) onBug(error);
      const { status, code, message } = known
        ? error
        : new StsError(500, 'InternalError', 'The request processing has failed due to some unknown error.');
      const content = { RequestId, HostId: request.headers.host ?? '', Code: code, Message: message };
      send(response, status, format, 'Error', content);
    }
  }

  return {
    handle(request, response) {
      if (!isStsRequest(request)) return false;
      void serve(request, response);
      return true;
    },
  };
}

/** @throws StsError for a Format other than JSON and XML */
function formatOf({ query, form }: StsRequest): string | undefined {
  const format = (query.get('Format') ?? form.get('Format'))?.toUpperCase();
  if (format === undefined || format === 'JSON' || format === 'XML') return format;
  throw new StsError(400, 'InvalidParameter.Format', 'The parameter Format must be JSON or XML.');
}

function send(response: ServerResponse, status: number, format: string, root: string, content: object): void {
  const body = format === 'JSON' ? JSON.stringify(content) : toXml(root, content as XmlContent);
  const type = format === 'JSON' ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
