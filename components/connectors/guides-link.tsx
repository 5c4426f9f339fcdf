"use client";

import { BookOpen } from "lucide-react";
import { ButtonLink } from "../ui/button";

/** From the library to its guides. */
export function GuidesLink() {
  return (
    <ButtonLink href="/connectors/guides" icon={<BookOpen aria-hidden />}>
      Guides
    </ButtonLink>
  );
}
