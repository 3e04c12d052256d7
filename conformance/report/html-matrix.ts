/** The matrix: chapters down, roles across, every requirement once as a small square that leads to it. */
import type { Report, ReportRequirement } from '../../reference/gen/schemas.ts';
import { classOf } from './html-outcome.ts';
import { html, type Markup } from './markup.ts';

/** The requirements of one chapter, in reading order. */
export interface ChapterSection {
  /** File name without its ending. */
  name: string;
  title: string;
  requirements: ReportRequirement[];
}

type Role = ReportRequirement['roles'][number];

const ROLES: Readonly<Record<Role, string>> = { dta: 'D-TA', idp: 'IdP', relay: 'Relay', verifier: 'Verifier' };

/** A requirement stands in the column of the target's role where it binds that, and else in that of the first role it binds. */
function columnOf({ roles }: ReportRequirement, own: Role): Role {
  return roles.includes(own) ? own : (roles[0] ?? own);
}

export function matrix(sections: readonly ChapterSection[], { target }: Report): Markup {
  const own = target.role === 'pat' ? 'verifier' : target.role; // a client is a reader of everything
  const used = new Set(sections.flatMap(({ requirements }) => requirements.map((one) => columnOf(one, own))));
  const columns = [own, ...Object.keys(ROLES).filter((role) => role !== own && used.has(role))];
  return html`<nav class="matrix" aria-label="Requirements by chapter and role">
    <table>
      <thead>
        <tr>
          <th scope="col">Chapter</th>
          ${columns.map(
            (role) =>
              html`<th scope="col">
                <button
                  type="button"
                  class="plain role"
                  data-role="${role}"
                  aria-pressed="false"
                  title="show only what binds this role"
                >
                  ${ROLES[role]}
                </button>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${sections.map(
          ({ name, title, requirements }) =>
            html`<tr>
              <th scope="row"><a href="#chapter-${name}">${title}</a></th>
              ${columns.map(
                (role) =>
                  html`<td>
                    <span class="cells">${requirements.filter((one) => columnOf(one, own) === role).map(cell)}</span>
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </nav>`;
}

function cell({ id, outcome }: ReportRequirement): Markup {
  return html`<a
    class="cell ${classOf(outcome)}"
    href="#${id}"
    title="${id}: ${outcome}"
    aria-label="${id}: ${outcome}"
  ></a>`;
}
