import { preparedQuery, rowsOf } from "@/db/client";
import { asc, eq, sql } from "@/db/query";
import { customFields, type CustomFieldValues } from "@/db/schema";
import { soon, type Soon } from "@/lib/kernel/soon";

const customFieldsQuery = () =>
  preparedQuery("custom_fields.of", (db) =>
    db
      .select()
      .from(customFields)
      .where(eq(customFields.accountConnectorId, sql.placeholder("id")))
      .orderBy(asc(customFields.id))
      .prepare(),
  );

/** The custom fields of an installed connector as they are stored; for a caller that has proved whose it is. */
export const customFieldRows = (accountConnectorId: number) => rowsOf(customFieldsQuery(), { id: accountConnectorId });

/** The same without their ids. */
export const customFieldsOf = (accountConnectorId: number): Soon<readonly CustomFieldValues[]> =>
  soon(customFieldRows(accountConnectorId), (rows) => rows.map(({ field }) => field));
