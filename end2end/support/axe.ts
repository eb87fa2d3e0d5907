// The automatic part of accessibility: WCAG 2.2 A and AA as far as axe can see.
// Not for: what only a person notices; the journeys by keyboard and at 320 px come nearer.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with one line for each violation and element. Needs scripts: axe is one. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(" ")}`),
  );
  expect(lines, `accessibility of ${page.url()}`).toEqual([]);
}
