import { finding, type Rule } from './rule.ts';

/** With containerd the kubelet rotates the logs of containers, and it refuses to start with a single file. */
export const logFilesSuitTheKubelet: Rule = (resolved) => {
  const { runtime } = resolved.profile;
  if (runtime?.engine !== 'containerd' || runtime.logMaxFiles > 1) return [];
  const message =
    'the kubelet refuses a single log file a container: it needs one to write and one to keep [kubernetes pkg/kubelet/logs]';
  return [finding(resolved, 'B501', ['runtime', 'logMaxFiles'], message, { hint: 'use 2 or more' })];
};
