import type { ImageFormat } from '../../src/catalog/image-formats.ts';
import { authorityIsACertificate } from '../../src/validate/rules/authority-is-a-certificate.ts';
import { diskFitsFormats } from '../../src/validate/rules/disk-fits-formats.ts';
import { diskIsBigEnough } from '../../src/validate/rules/disk-is-big-enough.ts';
import { firewallRulesOpenSomething } from '../../src/validate/rules/firewall-rules-open-something.ts';
import { timeZoneExists } from '../../src/validate/rules/time-zone-exists.ts';
import { registriesMakeSense } from '../../src/validate/rules/registries-make-sense.ts';
import { ruleCases } from './table.ts';

const disk = (size: string) => ({ image: { disk: size } });

ruleCases('the disk is big enough', diskIsBigEnough, [
  { name: 'what is useful', profile: disk('2GiB'), says: [] },
  { name: 'a little less', profile: disk('2047MiB'), says: ['warning B505 image.disk'] },
  { name: 'the smallest', profile: disk('256MiB'), says: ['warning B505 image.disk'] },
  { name: 'less than that', profile: disk('255MiB'), says: ['error B203 image.disk'] },
  { name: 'that of the vendor’s image', profile: { os: 'rocky-9', ...disk('10GiB') }, says: [] },
  {
    name: 'less than the vendor’s image has',
    profile: { os: 'rocky-9', ...disk('8GiB') },
    says: ['error B203 image.disk'],
  },
]);

const formats = (disk: string, ...formats: ImageFormat[]) => ({ image: { disk, formats } });

ruleCases('the disk fits the formats', diskFitsFormats, [
  { name: 'whole GiB', profile: formats('10GiB', 'gce', 'vhd'), says: [] },
  { name: 'whole GiB in MiB', profile: formats('10240MiB', 'gce'), says: [] },
  { name: 'MiB for Azure', profile: formats('10241MiB', 'vhd', 'vhdx', 'ova'), says: [] },
  { name: 'MiB for Google', profile: formats('10241MiB', 'gce'), says: ['error B402 image.disk'] },
  { name: 'KiB for Azure', profile: formats('999999KiB', 'vhd'), says: ['error B402 image.disk'] },
  { name: 'KiB for whoever takes them', profile: formats('999999KiB', 'qcow2', 'vmdk'), says: [] },
]);

const zone = (timezone: string) => ({ system: { timezone } });
const noZone = ['error B203 system.timezone'];

ruleCases('the time zone exists', timeZoneExists, [
  ...[
    'Etc/UTC',
    'UTC',
    'Etc/GMT+8',
    'Asia/Shanghai',
    'Asia/Calcutta',
    'US/Pacific',
    'America/Indiana/Knox',
  ].map((name) => ({ name, profile: zone(name), says: [] })),
  ...['Asia/Shangai', 'asia/shanghai', 'Beijing', 'Etc/Nowhere'].map((name) => ({
    name,
    profile: zone(name),
    says: noZone,
  })),
]);

const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
const ca = (text: string) => ({
  profile: { runtime: { registries: [{ host: 'r.example.com', ca: 'ca.pem' }] } },
  beside: { 'ca.pem': text },
});
const noCa = ['error B203 runtime.registries.0.ca'];

ruleCases('an authority is a certificate', authorityIsACertificate, [
  { name: 'one, with text before it', ...ca(`Our own\n${pem('MIIB')}`), says: [] },
  { name: 'nothing', ...ca(''), says: noCa },
  { name: 'a key', ...ca(pem('MIIB').replaceAll('CERTIFICATE', 'PUBLIC KEY')), says: noCa },
  { name: 'cut off', ...ca('-----BEGIN CERTIFICATE-----\nMIIB\n'), says: noCa },
  { name: 'something else in it', ...ca(pem('bm90IG9uZQ==')), says: noCa },
]);

const firewall = (
  allow: { port: number | string; protocol?: 'udp'; from?: string[] }[],
  nodes?: string[],
) => ({
  system: { firewall: { allow, ...(nodes ? { nodes } : {}) } },
});
const noEffect = ['warning B403 system.firewall.allow.0.port'];

ruleCases('firewall rules open something', firewallRulesOpenSomething, [
  { name: 'a port of one’s own', profile: firewall([{ port: 9100 }]), says: [] },
  { name: 'more than the role opens', profile: firewall([{ port: '29000-30010' }]), says: [] },
  { name: 'the same port of another protocol', profile: firewall([{ port: 22, protocol: 'udp' }]), says: [] },
  { name: 'a port that only nodes reach', profile: firewall([{ port: 10250 }], ['10.0.0.0/8']), says: [] },
  { name: 'ssh', profile: firewall([{ port: 22, from: ['10.0.0.0/8'] }]), says: noEffect },
  {
    name: 'some of the NodePorts',
    profile: firewall([{ port: '30000-30010', protocol: 'udp' }]),
    says: noEffect,
  },
  {
    name: 'what nodes reach, where nobody says who they are',
    profile: firewall([{ port: 10250 }]),
    says: noEffect,
  },
]);

const hub = (host: string) => ({
  runtime: { registries: [{ host, mirrors: ['https://hub.example.com'] }] },
});

ruleCases('Docker Hub has one name', registriesMakeSense, [
  { name: 'its own', profile: hub('docker.io'), says: [] },
  ...['index.docker.io', 'registry-1.docker.io'].map((host) => ({
    name: host,
    profile: hub(host),
    says: ['error B403 runtime.registries.0.host'],
    message: /docker\.io/,
  })),
]);
