// The sign in the frame of the page, in all views: uploads follow a draft, or rules that a file no longer has.
import { linkTo } from '../place.js';
import { inForce } from './in-force.js';
import { words } from './words.js';

export function RulesSign() {
  const rules = inForce.value;
  const text = rules?.refused !== undefined ? words.signRefused : rules?.source === 'draft' && words.sign;
  return (
    <span role="status">
      {text && (
        <a class={`rules-sign ${rules?.refused === undefined ? 'warn' : 'bad'}`} href={linkTo('rules')}>
          {text}
        </a>
      )}
    </span>
  );
}
