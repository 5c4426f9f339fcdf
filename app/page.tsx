import { redirect } from "next/navigation";
import { homeOf, requirePerson } from "@/lib/access/loaders";

/** The start: wherever this person belongs. */
export default async function StartPage() {
  const { who } = await requirePerson("/");
  redirect(homeOf(who));
}
