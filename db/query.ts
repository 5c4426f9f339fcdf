/** The query operators that `data.ts` and `mutations.ts` of the rooms use; the ORM is imported here alone. */
export {
  and,
  asc,
  count,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  max,
  ne,
  not,
  or,
  sql,
} from "drizzle-orm";
export type { SQL } from "drizzle-orm";
