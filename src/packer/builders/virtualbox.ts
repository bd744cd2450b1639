import type { HclValue } from '../../text/hcl.ts';

export const plugin = {
  name: 'virtualbox',
  source: 'github.com/hashicorp/virtualbox',
  version: '>= 1.1.0',
} as const;

/** A command of VBoxManage that changes the machine before it is started. */
export const modify = (option: string, value: HclValue): HclValue => [
  'modifyvm',
  '{{ .Name }}',
  `--${option}`,
  value,
];
