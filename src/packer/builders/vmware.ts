/** The plugin of both builders. Versions below 2 also had ESXi's; those arguments are not used. */
export const plugin = { name: 'vmware', source: 'github.com/vmware/vmware', version: '>= 1.1.0' } as const;
