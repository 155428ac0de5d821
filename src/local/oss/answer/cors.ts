// What a bucket's CORS rules say of a request from a page of another origin: whether it may be sent (the preflight),
// and the headers with which a browser lets the page read the answer. The first rule that fits decides.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors
// https://www.alibabacloud.com/help/en/oss/developer-reference/options

/** Origins and header names may hold one `*` each. Header names are in lower case, as OSS keeps them. */
export interface CorsRule {
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders: readonly string[];
  exposeHeaders: readonly string[];
  maxAgeSeconds?: number | undefined;
}

/** `responseVary`: whether every answer says that it varies by Origin. */
export interface CorsConfiguration {
  rules: readonly CorsRule[];
  responseVary: boolean;
}

/** The forms of what a rule holds: it goes into headers, and an origin or a header has one `*` at most. */
export const corsForms = {
  origin: /^(?!$)[!-)+-~]*\*?[!-)+-~]*$/,
  method: /^(?:GET|PUT|DELETE|POST|HEAD)$/,
  header: /^(?!$)[\w!#$%&'+.^`|~-]*\*?[\w!#$%&'+.^`|~-]*$/,
  headerName: /^[\w!#$%&'+.^`|~-]+$/,
};

/** Without rules: no page of another origin is allowed anything. */
export const noCors: CorsConfiguration = { rules: [], responseVary: false };

/** Whether some rule lets pages of `origin` send requests with `method`. */
export function allowsOrigin({ rules }: CorsConfiguration, origin: string, method: string): boolean {
  return rules.some((rule) => fits(rule, origin, method));
}

/** The headers for the answer to a request with `method`; for a request without Origin those that every answer has. */
export function corsHeaders(
  { rules, responseVary }: CorsConfiguration,
  origin: string | undefined,
  method: string,
): Record<string, string> {
  const rule = origin === undefined ? undefined : rules.find((one) => fits(one, origin, method));
  const vary = responseVary ? { Vary: 'Origin' } : {};
  return origin === undefined || !rule ? vary : { ...vary, ...granted(rule, origin) };
}

/**
 * The headers that answer a preflight; undefined when no rule allows what it asks for. `requestHeaders` is the text of
 * Access-Control-Request-Headers: names with commas between.
 */
export function preflightHeaders(
  { rules, responseVary }: CorsConfiguration,
  origin: string,
  method: string,
  requestHeaders: string | undefined,
): Record<string, string> | undefined {
  const names = (requestHeaders ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []);
  const admits = ({ allowedHeaders }: CorsRule, name: string) => allowedHeaders.some((form) => fitsForm(form, name));
  const rule = rules.find((one) => fits(one, origin, method) && names.every((name) => admits(one, name)));
  if (!rule) return undefined;
  return {
    ...(responseVary && { Vary: 'Origin' }),
    ...granted(rule, origin),
    ...(names.length > 0 && { 'Access-Control-Allow-Headers': names.join(', ') }),
  };
}

function fits({ allowedOrigins, allowedMethods }: CorsRule, origin: string, method: string): boolean {
  return allowedMethods.includes(method.toUpperCase()) && allowedOrigins.some((form) => fitsForm(form, origin));
}

function granted({ allowedOrigins, allowedMethods, exposeHeaders, maxAgeSeconds }: CorsRule, origin: string) {
  return {
    'Access-Control-Allow-Origin': allowedOrigins.includes('*') ? '*' : origin,
    'Access-Control-Allow-Methods': allowedMethods.join(', '),
    ...(exposeHeaders.length > 0 && { 'Access-Control-Expose-Headers': exposeHeaders.join(', ') }),
    ...(maxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(maxAgeSeconds) }),
  };
}

/** Whether a text has a form that may hold one `*`, which stands for any characters or none. */
export function fitsForm(form: string, text: string): boolean {
  const star = form.indexOf('*');
  if (star === -1) return form === text;
  const [before, after] = [form.slice(0, star), form.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
