/** `npm run screenshots`: the pictures in docs/screenshots, from a demonstration of their own in the production build. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { build } from "./build.mjs";
import { command, ensureChromium, root } from "./process.mjs";

const PORT = 3290;
const SANDBOX = 3291;
const OUT = path.join(root, "docs", "screenshots");
const DATA = path.join(root, ".cache", "screenshots");
const url = `http://127.0.0.1:${PORT}`;

const until = async (check) => {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("The demonstration did not start.");
};

async function signedIn(browser, email, people) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(people.find((person) => person.email === email).password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((at) => at.pathname !== "/sign-in" && at.pathname !== "/");
  await page.waitForLoadState("networkidle");
  return page;
}

async function picture(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.waitForTimeout(300);
    await page.screenshot({ path: path.join(OUT, `${name}-${colorScheme}.png`) });
  }
}

await command(async () => {
  if (!process.argv.includes("--as-built")) await build();
  const executablePath = await ensureChromium();
  mkdirSync(OUT, { recursive: true });
  const server = spawn(process.execPath, [path.join(root, ".commands/fresh-server.mjs"), DATA, String(PORT), String(SANDBOX)], {
    stdio: "inherit",
  });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await until(async () => (await fetch(`${url}/v1.0/health`)).ok);
    const { people, accounts } = JSON.parse(readFileSync(path.join(DATA, "demo.json"), "utf8"));
    const acme = accounts[0].id;

    const partner = await signedIn(browser, "ana@northwind.example", people);
    await partner.goto(`${url}/connectors?category=CRM`, { waitUntil: "networkidle" });
    await picture(partner, "library");
    await partner.goto(`${url}/connectors/1st-connect`, { waitUntil: "networkidle" });
    await partner.getByLabel("Consumer Key").fill("3MVG9fTLmJ60pJ5L");
    await picture(partner, "settings");

    const customer = await signedIn(browser, "mia@acme.example", people);
    await customer.goto(`${url}/portal/${acme}/install/sandbox-crm-oauth`, { waitUntil: "networkidle" });
    await customer.getByRole("button", { name: "Continue", exact: true }).click();
    await customer.getByRole("button", { name: /^Sign in to / }).waitFor();
    await picture(customer, "wizard");
    const popup = customer.waitForEvent("popup");
    await customer.getByRole("button", { name: /^Sign in to / }).click();
    const provider = await popup;
    await provider.getByLabel("Email address").fill("mia@acme.example");
    await provider.getByLabel("Password").fill("ito");
    await provider.getByRole("button", { name: "Sign in" }).click();
    await provider.getByRole("button", { name: "Allow" }).click();
    await customer.getByText(/Test call 200/).waitFor();

    await partner.goto(`${url}/connections`, { waitUntil: "networkidle" });
    await partner.getByRole("link", { name: "Sandbox CRM (OAuth)" }).first().click();
    await partner.waitForURL(/connections\/\d+/);
    await partner.getByRole("link", { name: /^Activity/ }).click();
    await partner.waitForLoadState("networkidle");
    await picture(partner, "connection");
  } finally {
    await browser.close();
    server.kill("SIGTERM");
  }
});
