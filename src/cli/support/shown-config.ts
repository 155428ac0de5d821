// A loaded configuration as the studio shows it.
import { keptApart } from '../../check/rules/kept-apart.js';
import type { ShownConfig, ShownOutput } from '../../local/studio/rules-tools.js';
import { objectUri } from '../../oss/object-name.js';
import { reasonsToRelay } from '../../rules/relay.js';
import type { Config, NamedTemplate, Output } from '../../rules/rule.js';

/** Outputs beside rules that are told of: the first ones of a configuration. */
const mostNear = 200;

export function shownConfig(config: Config): ShownConfig {
  const { journal, rules } = config;
  const near = keptApart(config, mostNear);
  return {
    journal: journal === 'throw' ? undefined : objectUri(journal.bucket, journal.prefix),
    rules: rules.map(({ name, when, onDelete, outputs }, rule) => ({
      name,
      buckets: when.buckets,
      prefixes: when.prefixes,
      suffixes: when.suffixes,
      excludes: when.excludes,
      size: when.size,
      removes: onDelete === 'remove',
      outputs: outputs.map((output, index): ShownOutput => {
        const path = `rules[${rule}].outputs[${index}]`;
        return { ...shownOutput(output), near: near.filter((one) => one.path === path) };
      }),
    })),
  };
}

function shownOutput(output: Output): Omit<ShownOutput, 'near'> {
  const { style, bucket, key, relay } = output;
  return {
    style,
    bucket,
    key: key.text,
    headers: named(relay?.headers),
    tags: named(relay?.tags),
    relayed: reasonsToRelay(output),
  };
}

function named(templates: readonly NamedTemplate[] = []) {
  return templates.map(({ name, value }) => ({ name, value: value.text }));
}
