/** The query operators that `data.ts` and `mutations.ts` of the rooms use; the ORM is imported here alone. */
export { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, isNull, like, lt, lte, ne, notLike, or, sql } from "drizzle-orm";
export type { SQL } from "drizzle-orm";
