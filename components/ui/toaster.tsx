"use client";

import { useEffect } from "react";
import { lazily } from "./lazily";
import { onWaitingToast } from "./toast";

const parts = lazily(() => import("./toast-list"));

/** Place once, at the root. F6 moves the focus to the toasts. */
export function Toaster() {
  const loaded = parts.use();
  useEffect(() => onWaitingToast(parts.load), []);
  return loaded && <loaded.ToastList />;
}
