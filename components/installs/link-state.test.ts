import { expect, it } from "vitest";
import type { LinkView } from "@/lib/oauth/types";
import { linkState } from "./link-state";

const NOW = 1_800_000_000_000;
const link: LinkView = {
  id: "1",
  createdAt: NOW - 1000,
  createdBy: "Ana",
  expiresAt: NOW + 1000,
  openedAt: null,
  opened: null,
  completedAt: null,
  revokedAt: null,
};

it.each([
  [{}, "Waiting", true],
  [{ expiresAt: NOW }, "Expired", false],
  [{ openedAt: NOW - 1, expiresAt: NOW - 1 }, "Opened", true],
  [{ openedAt: NOW - 1, completedAt: NOW }, "Completed", false],
  [{ revokedAt: NOW }, "Revoked", false],
] as const)("a link with %j is %s", (more, label, isOpen) => {
  expect(linkState({ ...link, ...more }, NOW)).toMatchObject({ label, isOpen });
});
