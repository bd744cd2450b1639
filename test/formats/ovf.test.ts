import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ovfOf, type OvfInput } from '../../src/build/formats/ovf.ts';
import { xmlText } from '../../src/text/xml.ts';
import { compiled } from '../support/compile-text.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { judge, type Read } from './dsp8023.ts';
import { output } from './support.ts';

const { plan, delivery } = compiled({
  name: 'worker',
  image: { ova: { hardwareVersion: 20, cpus: 6, memory: '12GiB' } },
});
const INPUT: OvfInput = { plan, ova: delivery.ova, disk: { href: 'worker.vmdk', bytes: 400_000_000 } };

/** Reads XML by Python's parser, which is none of ours. */
async function read(xml: string): Promise<Read> {
  const script = `import json, sys, xml.etree.ElementTree as t
def show(e): return {"name": e.tag, "attributes": e.attrib, "text": e.text or "", "children": [show(c) for c in e]}
print(json.dumps(show(t.parse(sys.argv[1]).getroot())))`;
  return inTempFolder(async (folder) => {
    const path = join(folder, 'document.xml');
    writeFileSync(path, xml);
    return JSON.parse(await output('/usr/bin/python3', '-c', script, path)) as Read;
  });
}

function find(root: Read, name: string): Read[] {
  const here = root.name.endsWith(`}${name}`) ? [root] : [];
  return [...here, ...root.children.flatMap((child) => find(child, name))];
}

describe('the OVF of an image', () => {
  test('is as the schema wants it, for every system', async () => {
    for (const os of ['debian-12', 'debian-13', 'ubuntu-22.04', 'ubuntu-24.04', 'ubuntu-26.04'] as const)
      assert.deepEqual(judge(await read(ovfOf({ ...INPUT, plan: { ...plan, os } }))), [], os);
  });

  test('and the judge finds what is not', async () => {
    const good = ovfOf(INPUT);
    const faults: [from: string | RegExp, to: string, told: RegExp][] = [
      [/<Info>The disks of the machine<\/Info>\n/, '', /DiskSection has Disk$/],
      [/(<References>[^]*<\/References>)\s*(<DiskSection>[^]*<\/DiskSection>)/, '$2$1', /Envelope has DiskS/],
      [/(<Product>.*<\/Product>)\s*(<Property [^]*<\/Property>)/, '$2$1', /ProductSection has Info Property/],
      [/(<rasd:InstanceID>3.*>)\s*(<rasd:ResourceSubType>.*>)/, '$2$1', /Item has .*ResourceSubType Inst/],
      [/<rasd:ElementName>Hard disk 1<\/rasd:ElementName>/, '', /Item has AddressOnParent HostResource/],
      [/ovf:capacity="\d+"/, '', /attribute capacity is undefined/],
      ['<rasd:VirtualQuantity>6<', '<rasd:VirtualQuantity>six<', /VirtualQuantity is six/],
      ['<Label>Host name</Label>', '<Labels>Host name</Labels>', /Property has Labels/],
    ];
    for (const [from, to, told] of faults) {
      const bad = good.replace(from, to);
      assert.notEqual(bad, good, String(from));
      assert.match(judge(await read(bad)).join('\n'), told);
    }
  });

  test('describes the machine that was asked for', async () => {
    const root = await read(ovfOf(INPUT));
    const text = (name: string): string[] => find(root, name).map((element) => element.text);
    assert.deepEqual(text('VirtualSystemType'), ['vmx-20']);
    assert.deepEqual(text('VirtualQuantity'), ['6', '12288']);
    assert.match(text('Annotation').join(), /^worker: worker on Debian 13/);
    const items = find(root, 'Item').map((item) =>
      Object.fromEntries(item.children.map((child) => [child.name.replace(/^.*\}/, ''), child.text])),
    );
    const disk = items.find((item) => item['ResourceType'] === '17');
    const parent = items.find((item) => item['InstanceID'] === disk?.['Parent']);
    assert.deepEqual([parent?.['ResourceType'], parent?.['ResourceSubType']], ['6', 'VirtualSCSI']);
    const diskIds = find(root, 'Disk').map((one) => `ovf:/disk/${Object.values(one.attributes)[0]}`);
    assert.deepEqual(diskIds, [disk?.['HostResource']]);
    assert.equal(new Set(items.map((item) => item['InstanceID'])).size, items.length);
    assert.equal(ovfOf(INPUT), ovfOf(INPUT));
  });

  test('asks for nothing that cloud-init does not read', async () => {
    const root = await read(ovfOf(INPUT));
    const keys = find(root, 'Property').map(
      ({ attributes }) => attributes['{http://schemas.dmtf.org/ovf/envelope/1}key'] ?? '',
    );
    const untold = find(root, 'Property').map(({ attributes }) => Object.values(attributes)[3]);
    assert.deepEqual(untold, ['iid-dsovf', '', '', '', '', '']);
    // What a hypervisor makes of it and hands to the machine (DSP0243, "OVF environment document").
    const environment = xmlText(
      {
        name: 'Environment',
        content: [
          {
            name: 'PropertySection',
            content: keys.map((key) => ({
              name: 'Property',
              attributes: { 'oe:key': key, 'oe:value': VALUES[key] ?? '' },
            })),
          },
        ],
      },
      { '': ENVIRONMENT, oe: ENVIRONMENT },
    );
    const script = `import json, sys
from cloudinit.sources.DataSourceOVF import read_ovf_environment
md, ud, cfg = read_ovf_environment(sys.argv[1], True)
print(json.dumps([md, ud.decode(), cfg]))`;
    const seen = JSON.parse(await output('/usr/bin/python3', '-c', script, environment)) as unknown;
    assert.deepEqual(seen, [
      {
        'instance-id': 'i-1',
        'local-hostname': 'worker-1',
        'public-keys': 'ssh-ed25519 AAAA me',
        seedfrom: 'https://seeds.example.com/1/',
        'network-config': { version: 2, ethernets: { eth0: { dhcp4: true } } },
      },
      '#cloud-config\n{}\n',
      {},
    ]);
  });

  test('survives whatever stands in a name', async () => {
    const hostile = `a&b<c>"d'e]]>\u00e9 \${x} {{y}}`;
    const profile = { ...plan, profile: hostile, versions: { kubernetes: `<!--${hostile}` } };
    const root = await read(
      ovfOf({ ...INPUT, plan: profile, disk: { href: `${hostile}\n\t.vmdk`, bytes: 1 } }),
    );
    assert.deepEqual(judge(root), []);
    assert.ok(find(root, 'Annotation')[0]?.text.includes(`kubernetes <!--${hostile}`));
    const href = find(root, 'File')[0]?.attributes['{http://schemas.dmtf.org/ovf/envelope/1}href'];
    assert.equal(href, `${hostile}\n\t.vmdk`);
    assert.throws(() =>
      ovfOf({ ...INPUT, disk: { href: 'x', bytes: 1 }, plan: { ...plan, profile: 'a\u0001' } }),
    );
  });
});

const ENVIRONMENT = 'http://schemas.dmtf.org/ovf/environment/1';

/** What a person fills in, by the keys that our descriptor has. */
const VALUES: Readonly<Record<string, string>> = {
  'instance-id': 'i-1',
  hostname: 'worker-1',
  'user-data': Buffer.from('#cloud-config\n{}\n').toString('base64'),
  'network-config': Buffer.from('network: {version: 2, ethernets: {eth0: {dhcp4: true}}}\n').toString(
    'base64',
  ),
  'public-keys': 'ssh-ed25519 AAAA me',
  seedfrom: 'https://seeds.example.com/1/',
};
