// The error of a configuration that cannot be used, with every mistake in it.
import type { Issue } from './issue.js';

/** Wrong content, a source that could not be read, or a CONFIG_URI that names no source. */
export type ConfigErrorCode = 'ConfigInvalid' | 'ConfigUnreadable' | 'ConfigUriInvalid';

const messageIssues = 50;

/** A configuration that cannot be used. The message lists the mistakes; `issues` has all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly issues: readonly Issue[];

  constructor(code: ConfigErrorCode, summary: string, issues: readonly Issue[] = [], options?: ErrorOptions) {
    const lines = issues.slice(0, messageIssues).map(({ path, message }) => `\n  ${path ? `${path}: ` : ''}${message}`);
    const more = issues.length > messageIssues ? `\n  … and ${issues.length - messageIssues} more` : '';
    super(`${summary}${lines.join('')}${more}`, options);
    this.code = code;
    this.issues = issues;
  }
}

/** The error for a configuration with these mistakes. */
export function invalid(issues: readonly Issue[]): ConfigError {
  const count = issues.length === 1 ? 'one mistake' : `${issues.length} mistakes`;
  return new ConfigError('ConfigInvalid', `the configuration has ${count}:`, issues);
}
