import AxeBuilder from "@axe-core/playwright";
import { accountId, expect, test, type Page, type Who } from "./fixtures";

const ACME = () => accountId("Acme Ltd");

/** Every page that can be opened without making something first, and who opens it. */
const PAGES: readonly (readonly [who: Who | null, path: () => string])[] = [
  [null, () => "/sign-in"],
  [null, () => "/invitation/unknown"],
  ["owner", () => "/dashboard"],
  ["owner", () => "/connectors"],
  ["owner", () => "/connectors/1st-connect"],
  ["owner", () => "/connectors/zendesk"],
  ["owner", () => "/connectors/guides"],
  ["owner", () => "/connectors/guides/1st-connect"],
  ["owner", () => "/connectors/script-testing"],
  ["owner", () => "/connections"],
  ["owner", () => "/accounts"],
  ["owner", () => `/accounts/${ACME()}`],
  ["owner", () => `/accounts/${ACME()}/install`],
  ["owner", () => `/accounts/${ACME()}/install/sandbox-crm-api-key`],
  ["owner", () => "/settings/people"],
  ["owner", () => "/settings/branding"],
  ["owner", () => "/settings/features"],
  ["owner", () => "/settings/audit"],
  ["owner", () => "/settings/profile"],
  ["acmeAdministrator", () => `/portal/${ACME()}`],
  ["acmeAdministrator", () => `/portal/${ACME()}/install/sandbox-crm-basic`],
  ["administrator", () => "/admin/partners"],
  ["administrator", () => "/admin/health"],
  ["administrator", () => "/admin/audit"],
];

const opened = new WeakMap<(who: Who | null) => Promise<Page>, Map<Who | null, Page>>();

/** One page a person for the whole test. */
async function pageOf(as: (who: Who | null) => Promise<Page>, who: Who | null): Promise<Page> {
  const pages = opened.get(as) ?? new Map<Who | null, Page>();
  opened.set(as, pages);
  const page = pages.get(who) ?? (await as(who));
  pages.set(who, page);
  return page;
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async ({ as }) => {
    test.setTimeout(240_000);
    const found: string[] = [];
    for (const [who, path] of PAGES) {
      const page = await pageOf(as, who);
      await page.emulateMedia({ colorScheme });
      await page.goto(path(), { waitUntil: "networkidle" });
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      for (const v of violations) found.push(`${path()}: ${v.id} ${v.nodes[0]?.target.join(" ")}`);
    }
    expect(found).toEqual([]);
  });
}

test("390 px wide nothing runs off the side", async ({ as }) => {
  test.setTimeout(180_000);
  const wide: string[] = [];
  for (const [who, path] of PAGES) {
    const page = await pageOf(as, who);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path(), { waitUntil: "networkidle" });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) wide.push(`${path()} by ${over} px`);
  }
  expect(wide).toEqual([]);
});

test("sign-in works by keyboard alone, and names what is missing", async ({ as }) => {
  const page = await as(null);
  await page.goto("/sign-in");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("E-mail has to be an e-mail address.")).toBeVisible();
  await expect(page.getByText("Password is required.")).toBeVisible();
});
