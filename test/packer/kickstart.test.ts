import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { BUILDERS } from '../../src/packer/builders.ts';
import { kickstartWord } from '../../src/text/kickstart.ts';
import { HOSTILE } from '../hostile/values.ts';
import { compiled, compileProfile } from '../support/compile-text.ts';
import { readKickstart, wordsOf, type KickstartLanguage } from '../support/kickstart.ts';
import { PUBLIC, templateOf, textOf } from '../support/packer-template.ts';

const INSTALLERS = BUILDERS.filter(({ from }) => from === 'installer');
const SYSTEMS = ['rocky-9', 'rocky-10'] as const;

const languageOf = (os: (typeof SYSTEMS)[number]): KickstartLanguage => {
  const path = new URL(`published/kickstart/${os.replace('rocky', 'rhel')}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as KickstartLanguage;
};

/** The kickstart of each builder. */
function kickstartsOf(os: (typeof SYSTEMS)[number], profile = {}): Map<string, string> {
  const artifacts = templateOf(compiled({ os, ...profile }).plan, INSTALLERS);
  return new Map(INSTALLERS.map(({ name }) => [name, textOf(artifacts, `install/${name}/ks.cfg`)]));
}

for (const os of SYSTEMS)
  describe(`the kickstart of ${os}`, () => {
    const language = languageOf(os);
    const all = kickstartsOf(os);
    const [text = ''] = all.values();

    for (const [builder, one] of all)
      test(`${builder}: Anaconda knows every command, section and option`, () => {
        assert.deepEqual(readKickstart(one, language).faults, []);
      });

    for (const [slip, meant, fault] of [
      ['rootpwd --lock', 'rootpw --lock', /no rootpwd/],
      ['rootpw --lok', 'rootpw --lock', /rootpw has no --lok/],
      ['--disklabels=gpt', '--disklabel=gpt', /clearpart has no --disklabels=/],
      ['part / --grow=yes ', 'part / ', /part has no --grow=/],
      ['%package ', '%packages ', /no %package/],
      ['--exclude-weak', '--exclude-weakdeps', /%packages has no --exclude-weak/],
      ['\nlang C.UTF-8\nlang ', '\nlang ', /lang a second time/],
      ['\ntar\n%post\n', '\ntar\n', /%post in %packages/],
      ['--append=console', "--append='console", /a quote is not closed/],
    ] as const)
      test(`a slip would be told of: ${slip.trim().replaceAll('\n', ' ')}`, () => {
        const wrong = text.replace(meant, slip);
        assert.notEqual(wrong, text);
        assert.match(readKickstart(wrong, language).faults.join('; '), fault);
      });

    test('a section that is not closed would be told of', () => {
      assert.match(
        readKickstart(text.replace(/%end\n$/, ''), language).faults.join('; '),
        /%post is not closed/,
      );
      assert.notDeepEqual(readKickstart(text.replace('%end', ''), language).faults, []);
    });

    test('lets root in by the key and nobody else, and has no swap', () => {
      const { commands } = readKickstart(text, language);
      const named = (name: string) => commands.filter(([word]) => word === name).map(([, ...rest]) => rest);
      assert.deepEqual(named('rootpw'), [['--lock']]);
      assert.deepEqual(named('sshkey'), [['--username=root', PUBLIC]]);
      assert.deepEqual(named('user'), []);
      assert.deepEqual(
        named('part').map(([mountpoint]) => mountpoint),
        ['biosboot', '/boot/efi', '/'],
      );
      assert.deepEqual(named('selinux'), [['--permissive']]);
      assert.deepEqual(named('firewall'), [['--disabled']]);
      assert.deepEqual(named('firstboot'), [['--disabled']]);
    });

    test('brings the guest agent of each hypervisor', () => {
      const agents = [...all].map(([builder, one]) => {
        const { sections } = readKickstart(one, language);
        const packages = sections.find(({ head }) => head[0] === '%packages')?.lines ?? [];
        for (const name of ['cloud-init', 'cloud-utils-growpart', 'openssh-server', 'dracut-config-generic'])
          assert.ok(packages.includes(name), name);
        return [builder, packages.filter((name) => /agent|daemons|tools$/.test(name)).join(' ')];
      });
      assert.deepEqual(Object.fromEntries(agents), {
        'hyperv-iso': 'hyperv-daemons',
        'proxmox-iso': 'qemu-guest-agent',
        'virtualbox-iso': '',
        'vmware-iso': 'open-vm-tools',
        'vsphere-iso': 'open-vm-tools',
      });
    });

    test('installs from the archives of the profile', () => {
      const version = os.replace('rocky-', '');
      const places = (one: string): string[] =>
        readKickstart(one, language)
          .commands.filter(([name]) => name === 'url' || name === 'repo')
          .map((words) => words.at(-1)?.replace(/^--(?:base)?url=/, '') ?? '');
      const below = (base: string): string[] =>
        ['BaseOS', 'AppStream'].map((name) => `${base}/${version}/${name}/x86_64/os/`);
      assert.deepEqual(places(text), below('https://dl.rockylinux.org/pub/rocky'));
      const mirrored = (mirror: string): string =>
        kickstartsOf(os, { image: { mirror } }).get('vmware-iso') ?? '';
      assert.deepEqual(places(mirrored('aliyun')), below('https://mirrors.aliyun.com/rockylinux'));
      const own = 'https://dnf.example.org:8443/rocky';
      assert.deepEqual(places(mirrored(own)), below(own));
      // What a profile may name, and could mean something in a line.
      for (const value of HOSTILE) {
        const base = `https://example.com/a${value}`;
        const { value: made } = compileProfile({ os, image: { mirror: base } });
        if (!made) continue;
        const one = textOf(templateOf(made.plan, INSTALLERS), 'install/vmware-iso/ks.cfg');
        assert.deepEqual(readKickstart(one, language).faults, []);
        assert.deepEqual(places(one), below(base.replace(/\/+$/, '')));
      }
    });
  });

test('any line comes through as a word', () => {
  for (const value of HOSTILE)
    if (/[\n\r\v\f\u0085\u2028\u2029]/.test(value)) assert.throws(() => kickstartWord(value), /line breaks/);
    else assert.deepEqual(wordsOf(`url --url=${kickstartWord(value)} x`), ['url', `--url=${value}`, 'x']);
});
