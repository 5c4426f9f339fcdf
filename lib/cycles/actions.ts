"use server";

import { revalidatePath } from "next/cache";
import { accountAction } from "@/lib/doors/action";
import { copyCycle, createCycle, deleteCycle, restoreCycle, undoChange, updateCycle } from "./mutations";
import { copyCycleInput, createCycleInput, cycleInput, updateCycleInput } from "./schema";

export const createCycleAction = accountAction("cycle.create", "cycles.write")
  .inputSchema(createCycleInput)
  .action(async ({ parsedInput: { accountId: _, ...input }, ctx }) => {
    const made = await createCycle(ctx.scope, input);
    revalidatePath("/cycles");
    return made;
  });

export const updateCycleAction = accountAction("cycle.update", "cycles.write")
  .inputSchema(updateCycleInput)
  .action(async ({ parsedInput: { accountId: _, cycleId, ...input }, ctx }) => {
    const done = await updateCycle(ctx.scope, cycleId, input);
    revalidatePath(`/cycles/${cycleId}`);
    return done;
  });

export const copyCycleAction = accountAction("cycle.copy", "cycles.write")
  .inputSchema(copyCycleInput)
  .action(async ({ parsedInput, ctx }) => {
    const made = await copyCycle(ctx.scope, parsedInput.cycleId, parsedInput.name);
    revalidatePath("/cycles");
    return made;
  });

export const deleteCycleAction = accountAction("cycle.delete", "cycles.write")
  .inputSchema(cycleInput)
  .action(async ({ parsedInput, ctx }) => {
    const done = await deleteCycle(ctx.scope, parsedInput.cycleId);
    revalidatePath("/cycles");
    return done;
  });

export const restoreCycleAction = accountAction("cycle.restore", "cycles.write")
  .inputSchema(cycleInput)
  .action(async ({ parsedInput, ctx }) => {
    const done = await restoreCycle(ctx.scope, parsedInput.cycleId);
    revalidatePath("/cycles");
    return done;
  });

export const undoChangeAction = accountAction("cycle.undo", "cycles.write")
  .inputSchema(cycleInput)
  .action(async ({ parsedInput, ctx }) => {
    const done = await undoChange(ctx.scope, parsedInput.cycleId);
    revalidatePath(`/cycles/${parsedInput.cycleId}`);
    return done;
  });
