import { sayOf } from '../finding.ts';
import { itemsOf, type ConfigRule } from './rule.ts';

/** A disk that is missing stops a boot in emergency mode, unless the mount may fail. (systemd.mount(5); cc_mounts.py) */
export const mountsMayFail: ConfigRule = (config) =>
  itemsOf(config.value['mounts']).flatMap((mount, i) => {
    const [device, point, type, options] = itemsOf(mount);
    if (typeof point !== 'string' || !point.startsWith('/') || point === '/' || type === 'swap') return [];
    // A name that cloud-init itself looks up, such as ephemeral0, is left out where there is no such disk.
    if (typeof device !== 'string' || /^(?:ephemeral|swap|root)\d*/.test(device)) return [];
    if (typeof options !== 'string' || /(?:^|,)(?:nofail|noauto|x-systemd\.automount)(?:,|$)/.test(options))
      return [];
    return [
      sayOf(
        config,
        'B713',
        ['mounts', i, 3],
        'without nofail the machine does not come up when this disk is missing or late',
        {
          severity: 'warning',
          hint: `${options},nofail`,
        },
      ),
    ];
  });
