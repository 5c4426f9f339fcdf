"use server";

import { accountAction, partnerAction } from "@/lib/doors/action";
import { callMethod } from "./call";
import { callMethodSchema, scriptTestSchema, verifySchema } from "./schema";
import { runScriptTest } from "./script-test";
import { verifyConnection } from "./verify";

/** Calls a method with the connection's credential. Out: the exchange, redacted. */
export const callMethodAction = accountAction("connection.call", "installs.call")
  .inputSchema(callMethodSchema)
  .action(async ({ parsedInput, ctx }) => callMethod(ctx.scope, parsedInput.id, parsedInput));

/** Runs the test call of a connection and keeps its result. */
export const verifyAction = accountAction("connection.verify", "installs.write")
  .inputSchema(verifySchema)
  .action(async ({ parsedInput, ctx }) => verifyConnection(ctx.scope, parsedInput.id));

/** Runs a script on made-up variables. Out: how it went, also where it failed. */
export const testScriptAction = partnerAction("script.test", "library.setup")
  .inputSchema(scriptTestSchema)
  .action(async ({ parsedInput, ctx }) => runScriptTest(ctx.scope, parsedInput));
