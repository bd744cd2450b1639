import { INSECURE_KUBELETS, knownAddon } from '../../catalog/addons.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { NOWHERE } from '../complete.ts';
import { finding, type ClusterRule } from './rule.ts';

/** Of files beside the cluster file; those that are fetched are judged by the machine that fetches them. */
export const replacedTextsAreThere: ClusterRule = (given) =>
  given.cluster.addons.flatMap(({ name, from, replace }, i): Diagnostic[] => {
    // A file that could not be read has been told.
    if (!('text' in from) || from.text === NOWHERE) return [];
    const addon = given.file.addons?.[i];
    const written = typeof addon === 'object' ? (addon.replace?.length ?? 0) : 0;
    const ours = replace.length - written;
    let { text } = from;
    return replace.flatMap((one, j) => {
      const isThere = text.includes(one.find);
      text = text.replaceAll(one.find, () => one.with);
      if (isThere) return [];
      const said = `${from.file} has no text ${quote(one.find)}`;
      return j < ours
        ? [
            finding(
              given,
              'B615',
              ['addons', i, 'file'],
              `${said}, where ${name} has the pod network, which is to be ${one.with}`,
              { hint: `write ${one.with} in its place, or set networks.pods to what the file has` },
            ),
          ]
        : [
            finding(given, 'B615', ['addons', i, 'replace', j - ours, 'find'], said, {
              hint: 'copy the text from the file as it stands there, or delete this entry',
            }),
          ];
    });
  });

/**
 * A kubelet’s certificate is of its own making unless it asks for another (serverTLSBootstrap), which somebody must approve.
 * metrics-server believes those only that the cluster signed, and is never ready with others. Source: its README,
 * "Requirements", 2026-08.
 */
export const kubeletsAreBelieved: ClusterRule = (given) =>
  given.cluster.addons.flatMap(({ name, from, replace }, i): Diagnostic[] => {
    const known = knownAddon(name);
    const insecure = known?.kind === 'manifest' ? known.withOwnCertificates : undefined;
    if (insecure === undefined) return [];
    const path = ['addons', i];
    const hint = `kubeadm.kubelet: { serverTLSBootstrap: true } lets kubelets ask for certificates that are believed, each approved by kubectl certificate approve; to keep it and hear no more of it, add replace: [{ find: ${insecure.find}, with: ${insecure.with} }]`;
    if (replace.includes(insecure)) {
      const message = `${name} gets ${insecure.with}: it believes whoever answers at a kubelet’s address, since kubelets make their certificates themselves`;
      return [finding(given, 'B611', path, message, { hint })];
    }
    const isBlind =
      'text' in from &&
      from.text !== NOWHERE &&
      given.cluster.kubeadm.kubelet['serverTLSBootstrap'] !== true &&
      ![from.text, ...replace.map((one) => one.with)].some((text) => text.includes(INSECURE_KUBELETS));
    if (!isBlind) return [];
    const message = `${name} is never ready: kubelets make their certificates themselves, and ${from.file} does not say ${INSECURE_KUBELETS}`;
    return [
      finding(given, 'B611', path, message, {
        hint: 'add the flag to it, or set kubeadm.kubelet: { serverTLSBootstrap: true } and approve each certificate',
      }),
    ];
  });
