/** TOML 1.0 basic string. JSON escapes are a subset of TOML's, but for U+007F, which TOML wants escaped. */
export function tomlString(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

type TomlValue = string | number | boolean | readonly string[];

function tomlValue(value: TomlValue): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'object') return `[${value.map(tomlString).join(', ')}]`;
  return String(value);
}

/** A table with a dotted path of quoted keys: `[plugins."io.containerd.grpc.v1.cri".registry]`. */
export function tomlTable(path: readonly string[], entries: Readonly<Record<string, TomlValue>>): string {
  const key = (part: string): string => (/^[A-Za-z0-9_-]+$/.test(part) ? part : tomlString(part));
  const header = path.length === 0 ? [] : [`[${path.map(key).join('.')}]`];
  return [
    ...header,
    ...Object.entries(entries).map(([name, value]) => `${key(name)} = ${tomlValue(value)}`),
  ].join('\n');
}
