"use client";

import { NotFoundMessage } from "./message-page";
import { Topbar } from "./topbar";

/** What a page of the console that isn't there says, with the shell around it. */
export function ConsoleNotFound() {
  return (
    <>
      <Topbar crumbs={[{ label: "Not found" }]} />
      <NotFoundMessage />
    </>
  );
}
