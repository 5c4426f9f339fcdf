export const SETUP_STATES = ["SetupRequired", "AsksCustomers", "SetUp", "NothingToSetUp"] as const;
