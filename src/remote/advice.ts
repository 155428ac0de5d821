// What to do about a refusal of Function Compute, by its code.
// https://www.alibabacloud.com/help/en/functioncompute/error-codes

const advice: Readonly<Record<string, string>> = {
  AccessDenied: 'grant the caller what `npm run policy` prints for the deployer (fc:InvokeFunction, fc:GetFunction, …)',
  AliasNotFound: 'there is no such alias: leave --qualifier out for the newest code',
  EntityTooLarge: 'an event has at most 32 MB, with --async 128 KB',
  FunctionNotFound: 'deploy it (`npm run deploy`), or name another with --function, --region, FUNCTION_NAME, REGION',
  InvalidAccessKeyID: 'the access key does not exist: see ALIBABA_CLOUD_ACCESS_KEY_ID',
  ResourceExhausted: 'the function is stopped or busy: `npm run doctor` says which, `npm run resume` starts it again',
  SignatureNotMatch:
    'the secret does not belong to the access key, or this machine’s clock is wrong; `npm run invoke -- FILE --remote --via s` signs in another way',
  Timeout: 'it may still be running; wait longer with --timeout, or use --async',
  UnexpectedAnswer:
    'something in between has answered, such as a proxy or the login page of a network; or see --endpoint and --region',
  VersionNotFound: 'there is no such version: leave --qualifier out for the newest code',
};

const network = 'is the endpoint right (--endpoint, --region, ACCOUNT_ID), and is there a network?';

/** Undefined: the message says it all. */
export function adviceFor(code: string): string | undefined {
  if (Object.hasOwn(advice, code)) return advice[code];
  return /^(E[A-Z_]+|UND_ERR_\w+)$/.test(code) ? network : undefined;
}
