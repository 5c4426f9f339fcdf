"use client";

import type { ReactNode } from "react";

export interface ToastOptions {
  description?: ReactNode;
  /** One thing that can be done at once, such as "Undo". */
  action?: { label: string; onClick: () => void };
  /** Milliseconds until it goes; 0 keeps it. Errors and toasts with an action stay longer. */
  timeout?: number;
}

export interface ToastEntry extends ToastOptions {
  readonly id: string;
  readonly type: "ok" | "bad" | "info";
  readonly title: string;
}

/** What shows toasts. */
export interface ToastScreen {
  readonly show: (entry: ToastEntry) => void;
  readonly close: (id: string) => void;
}

let screen: ToastScreen | null = null;
let waiting: ToastEntry[] = [];
let told = 0;
const listeners = new Set<() => void>();

/** Is called when there is something to show and nothing that shows it. Out: ends that. */
export function onWaitingToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** From now on toasts go to `next`, those that wait first. */
export function showToastsOn(next: ToastScreen): void {
  screen = next;
  const entries = waiting;
  waiting = [];
  for (const entry of entries) next.show(entry);
}

function show(type: ToastEntry["type"], title: string, options: ToastOptions = {}): string {
  told += 1;
  const entry = { ...options, id: `toast-${told}`, type, title };
  if (screen) screen.show(entry);
  else {
    waiting.push(entry);
    for (const notify of listeners) notify();
  }
  return entry.id;
}

/** Says in passing that something happened. In: a short sentence. Out: an id for `toast.close`. */
export const toast = {
  ok: (title: string, options?: ToastOptions) => show("ok", title, options),
  bad: (title: string, options?: ToastOptions) => show("bad", title, options),
  info: (title: string, options?: ToastOptions) => show("info", title, options),
  close: (id: string) => {
    waiting = waiting.filter((entry) => entry.id !== id);
    screen?.close(id);
  },
};
