/** Writes docs/openid.md; part of `make gen`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../kit/project.ts';
import { openidModulesPage } from './openid-modules-page.ts';

writeFileSync(join(PROJECT, 'docs/openid.md'), openidModulesPage());
