import type { PackageManager } from '../catalog/operating-systems.ts';

/** A package of a machine, as it tells of it while it is built. */
export interface ToldPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

/** Shell: prints a line for {@link readPackage} for each installed package. */
export const TELL_PACKAGES: Readonly<Record<PackageManager, string>> = {
  apt: 'dpkg-query --show --showformat="::bake package \\${db:Status-Status} \\${Package} \\${Version} \\${Architecture}\\n"',
  // Keys that rpm believes are in its database, too: packages without an architecture.
  dnf: "rpm --query --all --queryformat '%|ARCH?{::bake package installed %{NAME} %{EVR} %{ARCH}\\n}|'",
};

/** The package that a line tells of: `undefined` for any other line, and `not installed` for what was removed once. */
export function readPackage(line: string): ToldPackage | 'not installed' | undefined {
  const [, status, name = '', version = '', arch = ''] = LINE.exec(line) ?? [];
  if (status === undefined) return undefined;
  return status === 'installed' ? { name, version, arch } : 'not installed';
}

const LINE = /^::bake package (\S+) (\S+) (\S*) (\S+)$/;
