import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProfileFile } from '../../src/profile/schema.ts';
import type { Rule } from '../../src/validate/rules/rule.ts';
import { resolved, said } from './resolved.ts';

export interface RuleCase {
  readonly name: string;
  readonly profile: ProfileFile;
  /** Files beside the profile. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly standIn?: boolean;
  /** `error B501 runtime.criDockerd`; none for a profile that the rule accepts. */
  readonly says: readonly string[];
  /** Must occur in the first message. */
  readonly message?: RegExp;
}

/** One test a case. A rule without a case that it accepts and one that it does not is no tested rule. */
export function ruleCases(name: string, rule: Rule, cases: readonly RuleCase[]): void {
  describe(name, () => {
    test('is tested both ways', () => {
      assert.ok(cases.some((one) => one.says.length === 0));
      assert.ok(cases.some((one) => one.says.length > 0));
    });
    for (const { name: title, profile, beside, standIn = false, says, message } of cases) {
      test(title, () => {
        const input = resolved(profile, beside);
        assert.deepEqual(said(rule, input, { standIn }), says);
        const [first] = rule(input, { standIn });
        if (message) assert.match(first?.message ?? '', message);
        if (/^B50[123]$/.test(first?.code ?? ''))
          assert.match(first?.message ?? '', / \[[^\]]+\]$/, 'names its source at the end');
        if (first) assert.ok(first.span, 'points at a place');
      });
    }
  });
}
