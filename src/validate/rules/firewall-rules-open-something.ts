import { holdsPorts, ROLE_PORTS } from '../../catalog/ports.ts';
import { finding, isUsers, type Rule } from './rule.ts';

/** An entry for a port that everybody reaches anyway: whoever wrote it with `from` believes it closed to others. */
export const firewallRulesOpenSomething: Rule = (resolved) => {
  const { role, system } = resolved.profile;
  const { engine, allow, nodes } = system.firewall;
  if (engine === 'off') return [];
  const open = ROLE_PORTS[role].filter(({ from }) => from === 'anywhere' || nodes.length === 0);
  return allow.flatMap(({ port, protocol = 'tcp' }, i) => {
    const path = ['system', 'firewall', 'allow', i];
    const already = open.find(
      (one) => one.protocol === protocol && one.port !== undefined && holdsPorts(one.port, port),
    );
    if (!already || !isUsers(resolved, path)) return [];
    const hint =
      already.from === 'nodes'
        ? 'system.firewall.nodes says who may reach it'
        : 'delete it; it narrows nothing';
    const message = `this has no effect: role ${role} lets everybody in on ${protocol} port ${port} (${already.purpose})`;
    return [finding(resolved, 'B403', [...path, 'port'], message, { severity: 'warning', hint })];
  });
};
