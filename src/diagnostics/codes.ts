/**
 * Every code that a diagnostic may carry, with what `bake explain` and docs/errors.md say of it.
 * B1xx reading YAML, B2xx shape of one file, B3xx putting files together, B4xx rules about the whole
 * profile, B5xx combinations that are out of support or known to be bad, B6xx rules about a cluster, B7xx rules about
 * user-data of any origin (`bake userdata --check`).
 */
export const CODES = {
  B101: {
    title: 'not readable as YAML',
    explain:
      'The file is not YAML 1.2. Nothing after the first such error can be trusted, so only syntax is reported until it is mended.',
  },
  B102: {
    title: 'key given twice',
    explain:
      'A mapping has the same key twice. YAML parsers differ in which one they keep, so bake keeps none. Delete one.',
  },
  B103: {
    title: 'file too large or too deep',
    explain:
      'A file may have at most 1 MiB of text, 100 levels of nesting and 100 uses of aliases. More than that is a mistake or an attack (a "YAML bomb").',
  },
  B104: {
    title: 'more than one document',
    explain:
      'A profile or cluster is one YAML document. Remove the --- and what follows it, or make it a file of its own.',
  },
  B105: {
    title: 'file can’t be read',
    explain: 'The file does not exist, is a folder, is not readable, or is not UTF-8.',
  },
  B106: {
    title: 'unknown YAML tag',
    explain:
      'The one tag that bake knows is !replace, before a list that is to replace the inherited one instead of adding to it.',
  },
  B201: {
    title: 'unknown key',
    explain:
      'The key is not part of such a file here. `bake schema` (for clusters `bake schema --cluster`) prints what is; editors use it to complete keys.',
  },
  B202: {
    title: 'wrong type',
    explain:
      'The value has another type than the key takes. YAML reads 1.30 as a number, and yes and no as text: quote what must be text.',
  },
  B203: {
    title: 'value not allowed',
    explain: 'The value has the right type but not the form or the range that the key takes.',
  },
  B204: {
    title: 'key missing',
    explain: 'A key that this mapping must have is not there.',
  },
  B205: {
    title: 'file is empty',
    explain:
      'The file has no mapping at its top. The smallest profile is one line, `extends: worker`; a cluster has a name and a master.',
  },
  B301: {
    title: 'extended profile not found',
    explain:
      '`extends` names one of our profiles (`bake profiles` lists them) or a path that starts with ./ or ../ or /.',
  },
  B302: {
    title: 'cycle in extends',
    explain: 'The files extend each other in a circle, so there is no first one.',
  },
  B303: {
    title: 'extends chain too long',
    explain:
      'More than 16 files extend one another. That is more than a person can follow; merge some of them.',
  },
  B304: {
    title: 'file beside the profile or cluster can’t be read',
    explain:
      'Such a path is relative to the folder of the file that names it, must exist, be UTF-8 text of at most 1 MiB, and lie in that folder.',
  },
  B401: {
    title: 'profile says too little',
    explain:
      'After merging all that it extends, the profile lacks something that every machine needs. Extending `base` or a role supplies it.',
  },
  B402: {
    title: 'two settings exclude each other',
    explain: 'Both settings are fine alone but together they ask for a machine that can’t be.',
  },
  B403: {
    title: 'setting has no effect for this role or engine',
    explain:
      'The setting belongs to something that this machine does not have. It would be ignored, so it is refused.',
  },
  B404: {
    title: 'no such Kubernetes release',
    explain: 'The version was never released, or is newer than what this bake knows.',
  },
  B405: {
    title: 'not available from this source',
    explain:
      'The source does not have what is asked for: no repository for the minor, or no known checksum for the release.',
  },
  B406: {
    title: 'same thing set twice',
    explain:
      'Two entries set the same file, user, registry or port. The last would win in silence, so both are shown.',
  },
  B407: {
    title: 'path is not yours to write',
    explain:
      'The path belongs to something that bake manages, or to a place that does not survive the bake (/proc, /run, /tmp).',
  },
  B408: {
    title: 'secret in the bake phase',
    explain:
      'What is baked is on every machine and in every copy of the image. Private keys, tokens and passwords come at boot, from the secrets file.',
  },
  B409: {
    title: 'operating system can’t do this',
    explain: 'The operating system lacks what the setting needs, for example an architecture or a package.',
  },
  B410: {
    title: 'command without a guard',
    explain:
      "Provisioning can be run again and killed anywhere, so each command says when it need not run: `creates` names a path that it makes, `unless` a test. Where running it again is harmless, `unless: 'false'` says so.",
  },
  B411: {
    title: 'secret not given',
    explain:
      'The profile names credentials whose values come from the secrets file (--secrets FILE): registries: {NAME: {username: ..., password: ...}}. They go into user-data only, never into an image.',
  },
  B501: {
    title: 'combination known not to work',
    explain: 'These versions are known to fail together. The message names the source of that knowledge.',
  },
  B502: {
    title: 'version out of support',
    explain:
      'The version gets no more security fixes from its makers. Old versions still compile, so that an old cluster can be rebuilt.',
  },
  B503: {
    title: 'combination not recommended',
    explain: 'The combination works, but the makers recommend another. The message names the source.',
  },
  B504: {
    title: 'setting is unsafe',
    explain:
      'The setting is there for laboratories and for guides that ask for it. On a machine that matters it is a hole.',
  },
  B505: {
    title: 'too small to be of use',
    explain: 'The machine can be made so, but it has little room for what it is for.',
  },
  B601: {
    title: 'cluster says too little',
    explain:
      'Something is missing that machines need to find each other: a master, the address of a master or balancer, an endpoint, or what a static network belongs to.',
  },
  B602: {
    title: 'networks overlap',
    explain:
      'Pods, Services and machines each have networks of their own. An address that lies in two of them is reached in one only, and which one depends on the machine.',
  },
  B603: {
    title: 'network can’t be used like this',
    explain:
      'kubeadm and the API server take networks of certain sizes and families only. The message names the source of the limit.',
  },
  B604: {
    title: 'two machines share what must be their own',
    explain:
      'Names, addresses and MAC addresses belong to one machine each, and a name in /etc/hosts to one address.',
  },
  B605: {
    title: 'address is in the wrong place',
    explain:
      'A virtual address lies in the network of the machines that hold it and belongs to none of them; a node has the address that it is reached by; a gateway lies in a network of its machine. Loopback, link-local, multicast and broadcast addresses, and localhost, lead to no other machine. No two programs of a machine listen at one port.',
  },
  B606: {
    title: 'setting means nothing in this cluster',
    explain:
      'The setting belongs to something that this cluster or machine does not have, or is set by somebody else.',
  },
  B607: {
    title: 'not in the form that Kubernetes takes',
    explain:
      'Labels, taints, names of patches, manifests and audit policies have a form of their own; the API server, kubectl or kubeadm would refuse anything else at first boot, when nobody is there to see it.',
  },
  B608: {
    title: 'machine must be named',
    explain:
      'Without names nobody could tell which master starts the cluster, and balancers could not find the masters. Only workers may be counted instead of named.',
  },
  B609: {
    title: 'secret in the cluster file',
    explain:
      'The cluster file, and the files that it names, are kept in version control and read by many. Keys, tokens and passwords are in the secrets file. The value is not shown.',
  },
  B610: {
    title: 'not pinned',
    explain:
      'What is fetched at first boot is believed by its sha256 or an exact version only. Otherwise the same cluster file would make another cluster tomorrow.',
  },
  B611: {
    title: 'cluster is weaker than it looks',
    explain: 'The cluster works, but it lacks what most people expect of it. The message says what and why.',
  },
  B612: {
    title: 'profile does not fit its place in the cluster',
    explain:
      'A machine is made from a profile and told its place by the cluster file. Both must mean the same role, the same balancer, ports that the profile’s firewall opens, and versions of Kubernetes that work together.',
  },
  B613: {
    title: 'secrets are not those of the cluster',
    explain:
      'Every cluster has a secrets file of its own (bake secrets new --cluster FILE). With that of another, machines would believe the wrong authority. Where etcd is outside of the cluster, the file also holds the key of the client certificate that the cluster file names, and where the cluster file names credentials of a proxy, those.',
  },
  B614: {
    title: 'setting is not yours to make',
    explain:
      'kubeadm and bake set some flags and fields of Kubernetes’ components from the cluster file, the profile and the secrets file, and what kubeadm.extraArgs, kubeadm.kubelet and kubeadm.kubeProxy say takes the place of theirs. Machines would not find each other, not come up, or lose data. The message says why, and where to say instead what is meant.',
  },
  B615: {
    title: 'text to replace is not there',
    explain:
      'Texts of a manifest are replaced so that it agrees with the cluster: those of `replace`, and in some that bake knows the pod network. A manifest without such a text would be applied as it is, and pods would have another network than the cluster, or images from another place.',
  },
  B701: {
    title: 'no form of user-data',
    explain:
      'cloud-init knows what user-data is by its first characters: #cloud-config, #!, #include, ## template: jinja and a few more, letter by letter. Anything else is written to the log as “unhandled” and not done.',
  },
  B702: {
    title: 'wrapping is broken',
    explain:
      'The user-data wraps other parts (MIME, gzip, base64, an archive, a list of addresses), and the wrapping is such that a part, or all of it, is lost.',
  },
  B703: {
    title: 'template is not as meant',
    explain:
      'Behind a first line “## template: jinja” everything between {{ }} and {% %} is a template, that of other programs, too; without it nothing is. What can’t be rendered makes cloud-init leave the whole part out. {% raw %} … {% endraw %} keeps text as it is.',
  },
  B704: {
    title: 'cloud-init does not take this',
    explain:
      'The schema of a release of cloud-init refuses it. cloud-init writes that to its log and goes on with what its code makes of the value, often nothing. What only older releases refuse is a warning; --cloud-init VERSION says which one is meant.',
  },
  B705: {
    title: 'deprecated',
    explain:
      'The key or value still works and will be gone one day. From 23.4 on, `cloud-init status --wait` exits with 2 because of it alone, which scripts take for a failure.',
  },
  B706: {
    title: 'too large for the platform',
    explain:
      'The platform refuses or cuts user-data of this size. Bake more into the image, fetch the rest by #include, use gzip where the platform takes it, or attach a medium, which has no limit.',
  },
  B707: {
    title: 'bytes that get lost or are read as others',
    explain:
      'The platform hands on something else than these bytes, or cloud-init and shells take them for something else than the eye does: gzip in a field for text, base64 that nobody decodes, a byte order mark, line ends of Windows in a script, typographic quotes in a command.',
  },
  B708: {
    title: 'secret in user-data',
    explain:
      'Whoever can read the metadata service reads user-data: every process on the machine, unless it is kept from it, and everybody with a view of the console. It stays in /var/lib/cloud, too. Fetch secrets at boot with the identity of the machine, or use those that are short-lived and good for one use. The value is not shown.',
  },
  B709: {
    title: 'runs at another time than it looks',
    explain:
      'cloud-init runs its modules in an order of its own, whatever the order in the file: bootcmd (at every boot), write_files, disks, users; then sources of packages; then packages, deferred write_files, runcmd; then phone_home and power_state.',
  },
  B710: {
    title: 'has no effect',
    explain: 'cloud-init reads this at another time, from another place, or not at all, and does not say so.',
  },
  B711: {
    title: 'YAML reads another value',
    explain:
      'cloud-init reads YAML 1.1, where 0644 is the number 420, 1.10 is 1.1, 22:30 is 1350, and yes, no, on and off are truth values. Quote what must be text.',
  },
  B712: {
    title: 'command does not do what it says',
    explain:
      'A line of runcmd that is text goes into one script of /bin/sh, which is dash on Debian and Ubuntu and goes on after a failure. A line that is a list is one command with its arguments, each quoted: no pipe, no redirection, no variable. Nobody is there to answer questions.',
  },
  B713: {
    title: 'machine will not be as the file says',
    explain:
      'cloud-init takes the value and does something else with it than was meant, or a program on the machine refuses what it gets.',
  },
  B714: {
    title: 'unsafe',
    explain:
      'It works, and lets others change what this machine runs: files that everybody may write, programs fetched without a check that root runs, packages whose signature nobody looks at.',
  },
} as const satisfies Record<string, { title: string; explain: string }>;

export type Code = keyof typeof CODES;
