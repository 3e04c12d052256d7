import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../kit/project.ts';
import { MODULES } from '../world/openid/modules/index.ts';
import { SUITES } from './index.ts';
import { ELSEWHERE, LEFT_OUT, PROFILES } from './openid-certification.ts';
import { openidModulesPage } from './tools/openid-modules-page.ts';

const checks = SUITES.flatMap((suite) => suite.checks.map(({ id }) => id));
const modules = new Set(Object.values(PROFILES).flat());

describe("OpenID's test modules", () => {
  for (const module of modules)
    it(`has one answer for ${module}`, () => {
      const own = checks.some((id) => id.endsWith(`/${module}`));
      const answers = [own, module in ELSEWHERE, module in LEFT_OUT].filter(Boolean);
      assert.equal(answers.length, 1);
    });

  it('names checks that there are', () => {
    for (const id of Object.values(ELSEWHERE).flat()) assert.ok(checks.includes(id), id);
  });

  it('plays and explains no module that OpenID does not have', () => {
    for (const name of [MODULES, ELSEWHERE, LEFT_OUT].flatMap((each) => Object.keys(each)))
      assert.ok(modules.has(name), name);
  });

  it('are told in docs/openid.md as they are here (make gen)', () => {
    assert.equal(readFileSync(join(PROJECT, 'docs/openid.md'), 'utf8'), openidModulesPage());
  });
});
