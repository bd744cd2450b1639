import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import { LABELS, type Builder, type MachineFacts } from '../../src/packer/builder.ts';
import { BUILDERS, buildersOf, PACKER_TARGET_NAMES } from '../../src/packer/builders.ts';
import { readPackage } from '../../src/packer/events.ts';
import { chooseBuilders, type Choice } from '../../src/packer/choose.ts';
import { INSTALLER_LEFTOVERS } from '../../src/packer/installer.ts';
import { sourceBlock } from '../../src/packer/sources.ts';
import { emitPacker } from '../../src/packer/template.ts';
import { Expression, hclText, type HclBody } from '../../src/text/hcl.ts';
import { compiled } from '../support/compile-text.ts';
import { templateOf, templatePieces, textOf } from '../support/packer-template.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const PUBLISHED = fileURLToPath(new URL('published/', import.meta.url));

interface Arguments {
  readonly attributes: string;
  readonly blocks?: Readonly<Record<string, Arguments>>;
}

interface Published extends Arguments {
  readonly source: string;
  readonly required?: string;
}

const published = (name: string): Published =>
  JSON.parse(readFileSync(`${PUBLISHED}${name}.json`, 'utf8')) as Published;

const MACHINES: readonly MachineFacts[] = Object.values(OPERATING_SYSTEMS).map((os) => ({
  profile: 'worker',
  os,
  diskSize: 10 * 2 ** 30,
  plan: '0123456789ab',
}));

/** Arguments of a body that the list has not, with their place. */
function strangers(body: HclBody, list: Arguments, place: string): string[] {
  const names = list.attributes.split(' ');
  return body.flatMap((part) => {
    if ('attributes' in part)
      return Object.keys(part.attributes).flatMap((name) =>
        names.includes(name) ? [] : [`${place}.${name}`],
      );
    if (!('block' in part)) return [];
    const [type] = part.block;
    const inner = list.blocks?.[type];
    return inner ? strangers(part.body, inner, `${place}.${type}`) : [`${place}.${type}`];
  });
}

const argumentNames = (body: HclBody): string[] =>
  body.flatMap((part) =>
    'attributes' in part ? Object.keys(part.attributes) : 'block' in part ? [part.block[0]] : [],
  );

const chosen = (targets: readonly string[], names?: readonly string[]): Choice => {
  const choice = chooseBuilders(targets, names);
  assert.ok(!('reason' in choice), JSON.stringify(choice));
  return choice;
};

describe('builders', () => {
  test('each has its list of arguments, and no list is without its builder', () => {
    const lists = readdirSync(PUBLISHED).filter((name) => name.endsWith('.json'));
    assert.deepEqual(lists, BUILDERS.map(({ name }) => `${name}.json`).sort());
    assert.equal(BUILDERS.length, 23);
  });

  for (const builder of BUILDERS) {
    test(`${builder.name}: the newest plugin takes every argument`, () => {
      const list = published(builder.name);
      assert.ok(list.source.startsWith(`github.com/`), 'the source is named');
      for (const machine of MACHINES) {
        const { body } = sourceBlock(builder, machine);
        assert.deepEqual(strangers(body, list, builder.name), []);
        const given = argumentNames(body);
        assert.deepEqual(
          (list.required?.split(' ') ?? []).filter((name) => !given.includes(name)),
          [],
        );
      }
    });
  }

  test('a list that lacks an argument would be told of', () => {
    const [machine] = MACHINES;
    const [builder] = buildersOf('qemu');
    assert.ok(machine);
    const found = strangers(sourceBlock(builder, machine).body, { attributes: 'iso_url' }, 'qemu');
    assert.ok(found.includes('qemu.iso_checksum') && found.includes('qemu.qemu_img_args'));
  });
});

test('the page lists each target with its builders, the first one first', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/packer.md', import.meta.url)), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z]+)` +\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(([, ...row]) => row);
  const wanted = PACKER_TARGET_NAMES.flatMap((target) =>
    buildersOf(target).map(({ name, title }) => [target, name, title]),
  );
  assert.deepEqual(rows, wanted);
});

describe('an image at a platform says what it is', () => {
  /** Arguments that put tags or labels on the image, each as its plugin's documentation says, and not on the machine alone. */
  const ON_THE_IMAGE = ['snapshot_labels', 'image_labels', 'image_tags', 'azure_tags', 'metadata'];
  const TAGS_ARE_THE_IMAGE = ['alicloud-ecs', 'amazon-ebs', 'amazon-ebssurrogate', 'oracle-oci'];
  const [machine] = MACHINES;
  assert.ok(machine);
  const bodies = BUILDERS.filter(({ makesFiles }) => !makesFiles).map((builder) => {
    const { body } = sourceBlock(builder, machine);
    const given = Object.assign(
      {},
      ...body.map((part) => ('attributes' in part ? part.attributes : {})),
    ) as Record<string, unknown>;
    const says = (local: string): string[] =>
      Object.keys(given).filter(
        (key) => given[key] instanceof Expression && given[key].text === `local.${local}`,
      );
    const labelled = [...says('tags'), ...says('labels')].filter(
      (key) => ON_THE_IMAGE.includes(key) || (key === 'tags' && TAGS_ARE_THE_IMAGE.includes(builder.name)),
    );
    const how = labelled.length > 0 ? 'tags' : says('description').length > 0 ? 'description' : 'name';
    return { name: builder.name, how, given };
  });

  test('and the page says how', () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/packer.md', import.meta.url)), 'utf8');
    for (const [how, words] of [
      ['tags', 'By tags or labels'],
      ['description', 'By its description alone'],
      ['name', 'By its name alone'],
    ] as const) {
      const [, item = ''] = new RegExp(`^- ${words}([^.]*)\\.`, 'm').exec(page) ?? [];
      const named = [...item.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
      assert.deepEqual(
        named.sort(),
        bodies.filter((one) => one.how === how).map(({ name }) => name),
      );
    }
  });

  test('to Huawei in letters that its tags take', () => {
    const { given } = bodies.find(({ name }) => name === 'huaweicloud-ecs') ?? {};
    assert.deepEqual(given?.['image_tags'], LABELS);
    const { plan } = compiled({ runtime: { source: 'distribution' } });
    const text = textOf(templateOf(plan, chosen(['huawei']).builders), 'sources.pkr.hcl');
    const [tags, labels] = ['tags', 'labels'].map(
      (name) => new RegExp(`^ {2}${name} = \\{\\n([^}]*)`, 'm').exec(text)?.[1] ?? '',
    );
    const values = (list = ''): string[] => [...list.matchAll(/= "(.*)"/g)].map(([, value = '']) => value);
    assert.ok(
      values(tags).some((value) => value.includes('(')),
      'a version has parentheses',
    );
    for (const value of values(labels)) assert.match(value, /^[\w.-]+$/);
  });
});

test('no image keeps the key that opened its machine', () => {
  const [machine] = MACHINES;
  assert.ok(machine);
  for (const builder of BUILDERS) {
    const text = hclText([sourceBlock(builder, machine)]);
    // Parameters stay with a virtual machine, unless the builder has a second set of them.
    if (text.includes('"guestinfo.userdata"'))
      assert.match(text, /vmx_data_post += \{\n +"guestinfo\.userdata" += ""/, builder.name);
  }
  const [clone] = buildersOf('vsphere');
  assert.match(hclText([sourceBlock(clone, machine)]), /cd_files +=[^\]]*seed\/user-data/);
});

describe('variables', () => {
  const all = MACHINES.flatMap((machine) => BUILDERS.flatMap(({ variables }) => variables(machine)));

  test('no default is a type of machine that is gone', () => {
    // Hetzner, changelog of 2025-10-16 and of 2024-06-06.
    const gone = /^(cx[1-5][12]|cpx[1-5]1)$/;
    const presets = all.flatMap(({ default: preset }) => (typeof preset === 'string' ? [preset] : []));
    assert.deepEqual(
      presets.filter((preset) => gone.test(preset)),
      [],
    );
  });

  test('each says what it is, and has a default or an example', () => {
    for (const { name, description, default: preset, example } of all) {
      assert.match(name, /^[a-z]+(_[a-z0-9]+)*$/);
      assert.match(description, /^[A-Z].*\.$/, name);
      assert.equal(preset === undefined, example !== undefined, name);
    }
  });

  test('what is secret is sensitive and has no default', () => {
    const secrets = all.filter(({ name }) => /password|token|secret_key|client_secret|api_key/.test(name));
    assert.ok(secrets.length > 0);
    for (const { name, sensitive, default: preset } of secrets)
      assert.deepEqual([sensitive, preset], [true, undefined], name);
    for (const { name, sensitive } of all)
      if (sensitive)
        assert.ok(
          secrets.some((one) => one.name === name),
          name,
        );
  });

  test('each that a source names is declared, and each that is declared is used', () => {
    const artifacts = templateOf(compiled({}).plan, BUILDERS);
    const text = ['sources.pkr.hcl', 'build.pkr.hcl'].map((name) => textOf(artifacts, name)).join('');
    const used = new Set([...text.matchAll(/\bvar\.([a-z0-9_]+)/g)].map(([, name]) => name));
    const declared = [...textOf(artifacts, 'variables.pkr.hcl').matchAll(/^variable "([a-z0-9_]+)"/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual([...used].sort(), declared.sort());
  });
});

describe('choosing', () => {
  test('a target’s first builder, unless another is named', () => {
    const names = (choice: Choice): string[] => choice.builders.map(({ name }) => name);
    assert.deepEqual(names(chosen(['vsphere'])), ['vsphere-clone']);
    assert.deepEqual(names(chosen(['vsphere'], ['vsphere-iso'])), ['vsphere-iso']);
    assert.deepEqual(names(chosen(['hetzner', 'aws'], ['amazon-ebssurrogate'])), [
      'amazon-ebssurrogate',
      'hcloud',
    ]);
  });

  test('the folder is the same however the targets are ordered', () => {
    assert.equal(chosen(['hetzner', 'aws', 'aws']).folder, 'packer/aws+hetzner');
    assert.deepEqual(chosen(['hetzner', 'aws']), chosen(['aws', 'hetzner']));
  });

  for (const [what, targets, names, reason] of [
    ['a slip in a target', ['vshpere'], [], /did you mean "vsphere"\?/],
    ['no such target', ['lxd'], [], /no builder for target "lxd"; there are qemu, /],
    ['another target’s builder', ['qemu'], ['hcloud'], /hcloud is for target hetzner; add --target hetzner/],
    ['no such builder', ['qemu'], ['qmeu'], /no builder "qmeu"; did you mean "qemu"\?/],
  ] as const) {
    test(`${what} is told of`, () => {
      const choice = chooseBuilders(targets, names);
      assert.match('reason' in choice ? choice.reason : '', reason);
    });
  }
});

describe('a template', () => {
  const plan = compiled({}).plan;
  const all = chosen(PACKER_TARGET_NAMES).builders;

  test('is the same every time', () => {
    assert.deepEqual(templateOf(plan, all), templateOf(plan, all));
  });

  test('seals after its checks, by a script of its own', () => {
    const artifacts = templateOf(plan, all);
    const [provision, seal] = ['provision.sh', 'seal.sh'].map((name) => textOf(artifacts, name));
    const steps = (text = ''): string[] =>
      [...text.matchAll(/^bake_step (.*)$/gm)].map(([, step = '']) => step);
    const whole = plan.steps.filter(({ phase }) => phase === 'bake');
    assert.equal(steps(provision).length, whole.length - 1);
    assert.equal(steps(seal).length, 1);
    assert.match(steps(seal)[0] ?? '', /'seal the image'$/);
    const build = textOf(artifacts, 'build.pkr.hcl');
    const order = [
      'cloud-init status',
      '/provision.sh',
      '/verify.sh',
      'random-seed',
      '/seal.sh',
      'userdel',
      'manifest',
    ];
    const places = order.map((word) => build.indexOf(word));
    assert.ok(!places.includes(-1), String(places));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });

  test('names the profile, its versions and its plan on what it makes', () => {
    const text = textOf(templateOf(plan, all), 'sources.pkr.hcl');
    assert.match(
      text,
      new RegExp(
        `description = "mine on debian-13, kubernetes [0-9.]+, .*plan ${plan.hash.slice(0, 12)}, made by bake"`,
      ),
    );
    assert.match(text, /"bake-kubernetes" = "1\.\d+\.\d+"/);
    assert.match(text, /"bake-kubernetes" = "1-\d+-\d+"/);
    assert.match(textOf(templateOf(plan, all), 'build.pkr.hcl'), new RegExp(`plan +=\\s"${plan.hash}"`));
  });

  test('starts from the cloud image that the profile names', () => {
    const image = { url: 'https://example.com/a%20b.qcow2', sha256: 'ab'.repeat(32) };
    const { plan: own } = compiled({ image: { base: image } });
    const text = textOf(templateOf(own, chosen(['qemu']).builders), 'variables.pkr.hcl');
    assert.ok(text.includes(`default     = "sha256:${image.sha256}"`));
    assert.ok(text.includes(`default     = "${image.url}"`), text);
  });

  test('sends archives up that the profile has beside it', () => {
    const images = [{ file: './images/a {{b}} ${c}.tar', sha256: 'ab'.repeat(32) }];
    const { plan: own } = compiled({ kubernetes: { images } });
    const artifacts = templateOf(own, chosen(['qemu']).builders);
    assert.match(
      textOf(artifacts, 'build.pkr.hcl'),
      /provisioner "file" \{\n {4}source += "\$\{var\.archives\}\/"/,
    );
    assert.match(textOf(artifacts, 'variables.pkr.hcl'), /nothing else: a \{\{b\}\} \$\$\{c\}\.tar\./);
    assert.doesNotMatch(textOf(templateOf(plan, all), 'build.pkr.hcl'), /var\.archives/);
  });

  test('has no key where none is needed, and is refused without one where it is', () => {
    const clouds = chosen(['aws', 'hetzner']).builders;
    const names = emitPacker(plan, templatePieces, clouds).map(({ name }) => name);
    assert.ok(!names.some((name) => name.startsWith('seed/')), names.join(', '));
    assert.throws(() => emitPacker(plan, templatePieces, chosen(['qemu']).builders));
  });

  test('that writes a baked disk provisions nothing', () => {
    const artifacts = templateOf(plan, chosen(['aws'], ['amazon-ebssurrogate']).builders);
    assert.deepEqual(
      artifacts.map(({ name }) => name).filter((name) => !name.endsWith('.hcl')),
      ['write-disk.sh', 'cloud/user-data'],
    );
  });

  const isos = (os: 'debian-12' | 'ubuntu-24.04', profile = {}) =>
    templateOf(compiled({ os, ...profile }).plan, chosen(['vmware'], ['vmware-iso']).builders);
  const preseedOf = (profile = {}) => textOf(isos('debian-12', profile), 'install/vmware-iso/preseed.cfg');

  test('that installs does so from the archives of the profile', () => {
    assert.match(preseedOf(), /^d-i mirror\/http\/hostname string deb\.debian\.org$/m);
    assert.doesNotMatch(preseedOf(), /services-select/);
    const own = preseedOf({ image: { mirror: 'https://apt.example.org:8443/mirror/debian' } });
    assert.match(own, /^d-i mirror\/protocol string https$/m);
    assert.match(own, /^d-i mirror\/https\/hostname string apt\.example\.org:8443$/m);
    assert.match(own, /^d-i mirror\/https\/directory string \/mirror\/debian$/m);
    assert.match(own, /^d-i apt-setup\/services-select multiselect updates$/m);
    assert.doesNotMatch(own, /debian\.org/);
    const ubuntu = textOf(
      isos('ubuntu-24.04', { image: { mirror: 'tuna' } }),
      'install/vmware-iso/user-data',
    );
    const { autoinstall } = parse(ubuntu) as { autoinstall: { apt: unknown } };
    const uri = 'https://mirrors.tuna.tsinghua.edu.cn/ubuntu';
    const archive = [{ arches: ['default'], uri }];
    assert.deepEqual(autoinstall.apt, { geoip: false, primary: archive, security: archive });
    assert.doesNotMatch(textOf(isos('ubuntu-24.04'), 'install/vmware-iso/user-data'), /^ {2}apt:/m);
  });

  test('that starts from a plan of the marketplace names it', () => {
    const sources = (os: 'debian-13' | 'rocky-10') =>
      textOf(templateOf(compiled({ os }).plan, chosen(['azure']).builders), 'sources.pkr.hcl');
    assert.match(sources('rocky-10'), /plan_info \{\n +plan_name += var\.azure_sku\n/);
    assert.doesNotMatch(sources('debian-13'), /plan_info/);
  });

  test('asks the machine for its packages in its own way, and takes the answer', () => {
    const build = (os: 'debian-13' | 'rocky-9') =>
      textOf(templateOf(compiled({ os }).plan, chosen(['qemu']).builders), 'build.pkr.hcl');
    assert.match(build('debian-13'), /dpkg-query --show/);
    assert.match(build('rocky-9'), /rpm --query --all/);
    assert.doesNotMatch(build('rocky-9'), /dpkg|apt-get/);
    // As rpm 4.18 printed it for a package with an epoch.
    const told = { name: 'x', version: '7:1.2-3.el9', arch: 'noarch' };
    assert.deepEqual(readPackage('::bake package installed x 7:1.2-3.el9 noarch'), told);
  });

  test('types what the boot loader of the medium takes', () => {
    const typed = (os: 'rocky-9' | 'rocky-10', builder: string, target: string) =>
      textOf(templateOf(compiled({ os }).plan, chosen([target], [builder]).builders), 'sources.pkr.hcl');
    assert.match(typed('rocky-9', 'proxmox-iso', 'proxmox'), /"<esc><wait>", "linux inst\.ks=http/);
    for (const text of [
      typed('rocky-10', 'proxmox-iso', 'proxmox'),
      typed('rocky-9', 'vsphere-iso', 'vsphere'),
    ])
      assert.match(text, /"<up><wait>e<wait>",\s+"<down><down><end><wait> inst\.ks=http/);
    assert.match(typed('rocky-10', 'proxmox-iso', 'proxmox'), /cpu_type += "host"/);
  });

  test('that installs answers what the installer asks', () => {
    const preseed = preseedOf();
    assert.match(preseed, /^d-i passwd\/make-user boolean false$/m);
    assert.match(preseed, /^d-i pkgsel\/include string .*open-vm-tools$/m);
    // grub-installer 1.212, its templates: a disk without the firmware's memory boots by EFI/BOOT/BOOTX64.EFI.
    assert.match(preseed, /^d-i grub-installer\/force-efi-extra-removable boolean true$/m);
    assert.match(
      textOf(isos('ubuntu-24.04'), 'install/vmware-iso/user-data'),
      /^#cloud-config\nautoinstall:\n {2}version: 1\n/,
    );
  });
});

test('what an installer has left is taken away, and what came later is not', () =>
  inTempFolder(async (folder) => {
    const script = INSTALLER_LEFTOVERS.join('\n').replace(/(?<=[ "])\/(?=etc|root|var)/g, `${folder}/`);
    const connections = 'etc/NetworkManager/system-connections';
    const write = (path: string, time: number): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '');
      utimesSync(join(folder, path), time, time);
    };
    write(`${connections}/ens192.nmconnection`, 1000);
    write('etc/sysconfig/network-scripts/ifcfg-ens192', 1000);
    write('root/anaconda-ks.cfg', 2000);
    write('var/log/anaconda/anaconda.log', 2000);
    write(`${connections}/of-the-profile.nmconnection`, 3000);
    write('etc/cloud/cloud.cfg.d/99-installer.cfg', 1000);
    write('etc/cloud/cloud.cfg.d/10-ours.cfg', 1000);
    // A second time there are no answers to compare with, and nothing is taken.
    for (const _ of [1, 2]) {
      await run('bash', ['-e', '-c', script]);
      const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      assert.deepEqual(left.map(({ name }) => name).sort(), ['10-ours.cfg', 'of-the-profile.nmconnection']);
    }
  }));

/** Two builders that share a variable must mean the same by it; otherwise emitting throws. */
test('all builders fit into one template', () => {
  const pairs: readonly Builder[] = BUILDERS;
  assert.ok(templateOf(compiled({ os: 'ubuntu-26.04' }).plan, pairs).length > 10);
});
