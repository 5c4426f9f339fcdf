"use client";

import { Printer } from "lucide-react";
import { Button } from "../ui/button";

export function PrintButton() {
  return (
    <Button icon={<Printer aria-hidden />} onClick={() => window.print()} className="print:hidden">
      Print
    </Button>
  );
}
