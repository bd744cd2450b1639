import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { compareVersions } from '../schema/versions.ts';
import type { ConfigRule } from './rule.ts';
import { writtenFiles } from './written-files.ts';

/** Settings of the image that user-data writes to /etc/cloud: who reads them, and how. (tools/ds-identify; ChangeLog 25.3, 23.1) */
export const imageSettingsAreRead: ConfigRule = (config, { version }) =>
  writtenFiles(config)
    .filter(({ name }) => /^\/etc\/cloud\/cloud\.cfg(?:\.d\/[^/]+\.cfg)?$/.test(name))
    .flatMap((file) =>
      (file.text ?? '').split('\n').flatMap((text, line): Diagnostic[] => {
        const tell = (
          code: Diagnostic['code'],
          message: string,
          hint: string,
          severity: Diagnostic['severity'],
        ): Diagnostic[] => [
          sayOf(config, code, [...file.path, 'content'], message, { line, hint, severity }),
        ];
        if (/^datasource_list:\s*(?:#.*)?$/.test(text))
          return tell(
            'B710',
            'ds-identify reads datasource_list on one line only',
            'datasource_list: [ NoCloud, None ]',
            'error',
          );
        if (
          /^\s*(?:-\s*)?(?:\{\s*)?to:\s*["']?default\b/.test(text) &&
          (version === undefined || compareVersions(version, '25.3') < 0)
        )
          return tell(
            'B704',
            'before cloud-init 25.3 all renderers but netplan’s refuse “default”',
            'to: 0.0.0.0/0',
            version === undefined ? 'warning' : 'error',
          );
        if (/^\s*gateway[46]:/.test(text) && (version === undefined || compareVersions(version, '23.1') >= 0))
          return tell(
            'B705',
            'deprecated since cloud-init 23.1',
            'routes: [{to: 0.0.0.0/0, via: …}]',
            'warning',
          );
        return [];
      }),
    );
