"use server";

import { accountAction } from "@/lib/doors/action";
import { callMethod } from "./call";
import { callMethodSchema, verifySchema } from "./schema";
import { verifyConnection } from "./verify";

/** Calls a method with the connection's credential. Out: the exchange, redacted. */
export const callMethodAction = accountAction("connection.call", "installs.call")
  .inputSchema(callMethodSchema)
  .action(async ({ parsedInput, ctx }) => callMethod(ctx.scope, parsedInput.id, parsedInput));

/** Runs the test call of a connection and keeps its result. */
export const verifyAction = accountAction("connection.verify", "installs.write")
  .inputSchema(verifySchema)
  .action(async ({ parsedInput, ctx }) => verifyConnection(ctx.scope, parsedInput.id));
