import type { SetupState } from "@/lib/auth-methods/prompts";

/** The states of a connector's setup, in the product's own words. */
export const SETUP_STATE_LABELS: Record<SetupState, string> = {
  SetupRequired: "Setup required",
  AsksCustomers: "Asks customers",
  SetUp: "Set up",
  NothingToSetUp: "Nothing to set up",
};
