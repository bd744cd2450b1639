import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, test } from 'node:test';
import {
  canonicalAddress,
  contains,
  isAddress,
  networkOf,
  overlap,
  parsePrefixed,
} from '../../src/cluster/addresses.ts';
import { isHost, parseEndpoint, parseHostsLine, parseTaint } from '../../src/cluster/written.ts';
import { parseDuration } from '../../src/units/duration.ts';
import { randomFrom } from '../support/random.ts';

describe('addresses', () => {
  test('canonical forms', () => {
    assert.equal(canonicalAddress('2001:DB8:0:0:0:0:0:0010'), '2001:db8::10');
    assert.equal(canonicalAddress('10.0.0.1'), '10.0.0.1');
  });
  test('what is no address', () => {
    for (const text of [
      '10.0.0',
      '10.0.0.01',
      '0x0a.0.0.1',
      '167772161',
      'fe80::1%eth0',
      '10.0.0.1/24',
      '',
      'a',
    ])
      assert.equal(isAddress(text), false, text);
  });
  test('prefixes', () => {
    assert.deepEqual(parsePrefixed('2001:DB8::1/64'), { address: '2001:db8::1', prefix: 64 });
    for (const text of [
      '10.0.0.1',
      '10.0.0.1/33',
      '10.0.0.1/',
      '10.0.0.1/-1',
      '10.0.0.1/024',
      '10.0.0.1/8/8',
      '::/129',
    ])
      assert.equal(parsePrefixed(text), undefined, text);
  });
  test('the network of an address, for every prefix', () => {
    assert.equal(networkOf('10.255.255.255/12'), '10.240.0.0/12');
    assert.equal(networkOf('255.255.255.255/0'), '0.0.0.0/0');
    assert.equal(networkOf('2001:db8:ffff:ffff::1/47'), '2001:db8:fffe::/47');
    for (let prefix = 0; prefix <= 32; prefix++) {
      const value = 0xc0a8_1734;
      const masked = prefix === 0 ? 0 : (value & (0xffff_ffff << (32 - prefix))) >>> 0;
      const bytes = [24, 16, 8, 0].map((shift) => (masked >>> shift) & 255);
      assert.equal(networkOf(`192.168.23.52/${prefix}`), `${bytes.join('.')}/${prefix}`);
    }
  });
  test('being in a network, as Node judges it, 2000 times', () => {
    const random = randomFrom(7);
    const byte = (): number => Math.floor(random() * 4);
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      const network = networkOf(`10.${byte()}.${byte()}.0/${8 + Math.floor(random() * 17)}`);
      const address = `10.${byte()}.${byte()}.${byte()}`;
      const list = new BlockList();
      const [base = '', prefix = ''] = network.split('/');
      list.addSubnet(base, Number(prefix));
      assert.equal(contains(network, address), list.check(address), `${network} ${address}`);
      inside += contains(network, address) ? 1 : 0;
    }
    assert.ok(inside > 200 && inside < 1800, String(inside));
  });
  test('overlapping goes both ways and never across families', () => {
    assert.ok(overlap('10.0.0.0/8', '10.9.0.0/16') && overlap('10.9.0.0/16', '10.0.0.0/8'));
    assert.ok(!overlap('10.8.0.0/16', '10.9.0.0/16'));
    assert.ok(!overlap('0.0.0.0/0', '::/0'));
  });
});

describe('short forms', () => {
  test('endpoints', () => {
    assert.deepEqual(parseEndpoint('a.example.com'), { host: 'a.example.com' });
    assert.deepEqual(parseEndpoint('[::1]:443'), { host: '::1', port: 443 });
    for (const text of [
      'a:0',
      'a:65536',
      'a:',
      '::1',
      '[a]:1',
      '[10.0.0.1]:1',
      'A',
      'a b',
      '10.0.0.300:1',
      'a/b',
      '',
    ])
      assert.equal(parseEndpoint(text), undefined, text);
  });
  test('hosts', () => {
    assert.ok(isHost('a-1.example.com') && isHost('::1'));
    for (const text of ['-a', 'a_b', '10.0.0', 'a..b', `${'a'.repeat(64)}.com`])
      assert.equal(isHost(text), false, text);
    assert.deepEqual(parseHostsLine('10.0.0.5  a b'), { address: '10.0.0.5', names: ['a', 'b'] });
    for (const text of ['10.0.0.5', 'a 10.0.0.5', '10.0.0.5 10.0.0.6', '10.0.0.5 a # b'])
      assert.equal(parseHostsLine(text), undefined, text);
  });
  test('taints', () => {
    assert.deepEqual(parseTaint('a/b=c:NoExecute'), { key: 'a/b', value: 'c', effect: 'NoExecute' });
    assert.deepEqual(parseTaint('a:NoSchedule'), { key: 'a', effect: 'NoSchedule' });
    assert.deepEqual(parseTaint('a=:NoSchedule'), { key: 'a', value: '', effect: 'NoSchedule' });
    for (const text of ['a', 'a=b', ':NoSchedule', 'a:noschedule', 'a=b=c:NoSchedule', 'a:NoSchedule-'])
      assert.equal(parseTaint(text), undefined, text);
  });
  test('durations', () => {
    assert.equal(parseDuration('1d12h'), 129_600);
    assert.equal(parseDuration('90m'), 5400);
    for (const text of ['', '1', '1h 30m', '30m1h', '1.5h', '-1h', '1w'])
      assert.equal(parseDuration(text), undefined, text);
  });
});
