export * from "./schema/access";
export * from "./schema/audit";
export * from "./schema/catalog";
export * from "./schema/installs";
export * from "./schema/oauth";
export * from "./schema/partners";
export * from "./schema/vault";
export * from "./schema/webhooks";
