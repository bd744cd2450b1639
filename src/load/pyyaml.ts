import type { Tags } from 'yaml';

const BOOLEAN = 'tag:yaml.org,2002:bool';
const FLOAT = 'tag:yaml.org,2002:float';

/**
 * YAML 1.1 as PyYAML's SafeLoader reads it (lib/yaml/resolver.py of PyYAML 6): of YAML's truth values all but `y` and `n`, and
 * no float by its exponent alone, so that `1e3` is text.
 */
export const PYYAML = {
  version: '1.1' as const,
  customTags: (tags: Tags): Tags =>
    tags.flatMap((tag) => {
      if (typeof tag === 'string' || !('test' in tag) || !tag.test) return [tag];
      if (tag.tag === BOOLEAN) {
        const isTrue = tag.test.test('true');
        return [
          {
            ...tag,
            test: isTrue
              ? /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/
              : /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/,
          },
        ];
      }
      if (tag.tag === FLOAT && tag.test.test('1e3'))
        return [{ ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)[eE][-+][0-9]+$/ }];
      return [tag];
    }),
};
