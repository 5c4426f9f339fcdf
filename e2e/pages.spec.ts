import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext } from "@playwright/test";
import { done, makeCycle } from "./cycle-builder";
import { accountId, expect, test, type Page, type Who } from "./fixtures";
import { PAGES, type Ids } from "./matrix";
import { callAction } from "./server-actions";
import { customConnector, installByAction, saveOAuthSetup } from "./wizard";

const acme = accountId("Acme Ltd");
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The rules whose answer depends on colours; the others were asked already. */
const OF_THE_THEME = ["color-contrast", "link-in-text-block"];

interface Visit {
  readonly who: Who | null;
  readonly address: string;
}

/** Every page there is, with something on it, and the states of pages that an address alone brings up. */
async function makeVisits(client: (who: Who) => Promise<APIRequestContext>): Promise<readonly Visit[]> {
  const owner = await client("owner");
  await saveOAuthSetup(owner);
  const name = `Looked at ${Date.now()}`;
  const install = { slug: "sandbox-crm-api-key", authMethodId: "api-key" };
  const connection = await installByAction(owner, { name, ...install, values: { apiKey: { set: "k".repeat(24) } } });
  await callAction(owner, "verifyAction", { accountId: acme, id: connection });
  const invited = await callAction(owner, "inviteAccountAction", {
    accountId: acme,
    email: `${Date.now()}@acme.example`,
    role: "standard",
  });
  const invitation = new URL((invited.result as unknown as { value: { url: string } }).value.url).pathname;
  const made = await callAction(owner, "createLinkAction", { accountId: acme, id: connection, minutes: 60 });
  const link = new URL((made.result as unknown as { value: { url: string } }).value.url).pathname;
  const partners = await (await (await client("administrator")).get("/admin/partners")).text();
  const partner = /\/admin\/partners\/([0-9a-f-]{36})/.exec(partners)?.[1] ?? "";
  const cycle = await makeCycle(owner, { name, connection });
  const ran = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  const flow = { cycle: cycle.id, step: cycle.stepId, transaction: ran.transactionId, running: cycle.id };
  const custom = await customConnector(owner, name);
  const ids = { account: acme, connection, connector: "sandbox-crm-oauth", partner, custom, ...flow } as unknown as Ids;
  const whose = (file: string): Who =>
    file.startsWith("(admin)") ? "administrator" : file.startsWith("(portal)") ? "acmeAdministrator" : "owner";
  return [
    ...PAGES.map(({ file, url }) => ({ who: whose(file), address: url(ids) })),
    { who: null, address: "/sign-in" },
    { who: null, address: invitation },
    { who: null, address: link },
    { who: null, address: `/connect/${"0".repeat(22)}` },
    { who: "owner", address: `/connections/${connection}?link=create` },
    { who: null, address: "/invitation/not-a-token" },
    { who: null, address: "/connector/result/unknown?reason=oauth.browser_mismatch" },
    { who: "owner", address: "/connectors/1st-connect" },
    { who: "owner", address: "/connectors/zendesk" },
    { who: "owner", address: "/connectors/guides/1st-connect" },
    { who: "owner", address: "/connectors?q=zzzz-nothing" },
    { who: "owner", address: "/connectors?view=table" },
    { who: "owner", address: "/connections?q=zzzz-nothing" },
    { who: "owner", address: `/connections/${connection}/methods?method=create-contact` },
    { who: "owner", address: `/accounts/${acme}/install/pipedrive` },
    { who: "owner", address: "/no/such/page" },
    { who: "owner", address: `/cycles/${cycle.id}?view=list` },
    { who: "owner", address: `/cycles/${cycle.id}/steps/${cycle.triggerId}` },
    { who: "owner", address: "/cycles?deleted=1" },
    { who: "owner", address: "/connectors/custom/00000000-0000-4000-8000-000000000000" },
    { who: "owner", address: "/cycles/00000000-0000-4000-8000-000000000000" },
    { who: "acmeStandard", address: `/portal/${acme}` },
  ];
}

/** What axe finds. In: the rules that are asked, or null for those of all standards. */
async function violationsOn(page: Page, rules: string[] | null): Promise<string[]> {
  // Without frames there are no parts to be put together, for which axe would open another page each time.
  expect(page.frames(), "frames that axe would have to look into").toHaveLength(1);
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(STANDARDS)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`),
  );
}

/** Brings colours that are on their way to where they go; what inherits one sets out only when that has arrived. */
const endTransitions = (page: Page) =>
  page.evaluate(async () => {
    for (let still = 0; still < 3; still += 1) {
      await new Promise(requestAnimationFrame);
      const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
      for (const each of moving) each.finish();
      if (moving.length > 0) still = 0;
    }
  });

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Each with what it looks at made for it, so that a worker can take one and another the other. */
const HALVES = 2;
test.describe.configure({ mode: "parallel" });

for (let half = 0; half < HALVES; half += 1)
  test(`on every page axe finds nothing, in either theme, and nothing is wider than 390 pixels: half ${half + 1} of ${HALVES} (ux 23)`, async ({
    as,
    client,
    complaints,
  }) => {
    test.setTimeout(900_000);
    complaints.expect(/status of 40[34]/);
    const found: string[] = [];
    /** The pages of each person in one browser. */
    const pages = new Map<Who | null, Page>();
    const visits = await makeVisits(client);
    for (const { who, address } of visits.filter((_, n) => n % HALVES === half)) {
      const page = pages.get(who) ?? (await as(who));
      pages.set(who, page);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(address);
      // A dialog that the address opens hides the page behind it from assistive technology, so it is not found by its role.
      await expect(page.locator("h1").first(), address).toBeVisible();
      for (const violation of await violationsOn(page, null)) found.push(`${address}: ${violation}`);
      await page.emulateMedia({ colorScheme: "dark" });
      await endTransitions(page);
      for (const violation of await violationsOn(page, OF_THE_THEME)) found.push(`${address} in the dark: ${violation}`);
      await page.setViewportSize({ width: 390, height: 844 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) found.push(`${address}: ${width} pixels wide at 390`);
    }
    expect(found).toEqual([]);
  });
