/** What a page of an IdP asks of a person: the manifest's steps say it, or its forms do. */
import type { Page } from 'playwright-core';
import type { LaunchConfiguration, TargetManifest } from '../../../reference/gen/schemas.ts';

export type LoginStep = NonNullable<TargetManifest['login']>[number];
export type Account = NonNullable<LaunchConfiguration['accounts']>[number];

export interface Asking {
  /** Selectors, and what is written into the first that fits each. */
  readonly fill: readonly (readonly [selector: string, text: string])[];
  /** Of what is clicked then. */
  readonly submit: string;
  /** Whether it asks for the password. */
  readonly forPassword: boolean;
  /** Absent where the forms of the page said it. */
  readonly step?: LoginStep;
}

const PASSWORD = 'input[type=password]:visible';
const LOGIN = 'form:has(input[type=password]) input:is([type=text], [type=email], :not([type])):visible';
const PASSWORD_SUBMIT = 'form:has(input[type=password]) :is(button:not([type=button]), input[type=submit]):visible';
const SUBMIT = ':is(form button:not([type=button]), button[form], form input[type=submit]):visible';

/** `undefined` where it asks for nothing. */
export async function askedBy(
  page: Page,
  { login, password }: Account,
  steps: readonly LoginStep[],
): Promise<Asking | undefined> {
  const has = async (selector: string): Promise<boolean> => (await page.locator(selector).count()) > 0;
  for (const step of steps) {
    if (!(await has(step.match))) continue;
    const texts = Object.entries(step.fill ?? {}).map(([selector, text = '']) => [selector, text] as const);
    return {
      fill: texts.map(([selector, text]) => [
        selector,
        text.replaceAll('$LOGIN', login).replaceAll('$PASSWORD', password),
      ]),
      submit: step.submit,
      forPassword: texts.some(([, text]) => text.includes('$PASSWORD')),
      step,
    };
  }
  if (await has(PASSWORD)) {
    const named = (await has(LOGIN)) ? [[LOGIN, login] as const] : [];
    return { fill: [...named, [PASSWORD, password]], submit: PASSWORD_SUBMIT, forPassword: true };
  }
  return (await has(SUBMIT)) ? { fill: [], submit: SUBMIT, forPassword: false } : undefined;
}

/** @throws Error where the page lacks what a step names, with the selector */
export async function fillAndSubmit(page: Page, { fill, submit, step }: Asking): Promise<void> {
  for (const selector of [...fill.map(([into]) => into), submit])
    if (step && (await page.locator(selector).count()) === 0)
      throw new Error(`the step of the login that matches ${step.match} names ${selector}, which is not on the page`);
  for (const [selector, text] of fill) await page.locator(selector).first().fill(text);
  await page.locator(submit).first().click();
}
