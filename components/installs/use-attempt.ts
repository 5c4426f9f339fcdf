"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Result } from "@/lib/kernel/result";
import type { AttemptStatus } from "@/lib/oauth/types";
import { readLive } from "../shell/live";
import { listenToAttempts } from "./attempt-channel";
import type { FailureFacts } from "./failure-words";

export interface StartedAttempt {
  readonly attemptId: string;
  readonly url: string;
}

type Own =
  | { readonly phase: "idle" }
  | { readonly phase: "starting" }
  | { readonly phase: "waiting"; readonly attemptId: string; readonly url: string; readonly closed: boolean }
  | { readonly phase: "failed"; readonly failure: FailureFacts };

export type AttemptState =
  | { readonly phase: "idle" | "starting" }
  | { readonly phase: "waiting"; readonly url: string }
  | { readonly phase: "failed"; readonly failure: FailureFacts }
  | { readonly phase: "done" };

const POLL = 2000;
/** A provider's page may cut the tie to its window, which then looks closed: the server is asked once more first. */
const CLOSED_GRACE = 2500;

/** Opens the window for a sign-in. Call it in the press itself, else browsers block it. Out: null where they did. */
export function openSignInWindow(provider: string): Window | null {
  const left = Math.max(0, Math.round(window.screenX + (window.outerWidth - 520) / 2));
  const top = Math.max(0, Math.round(window.screenY + (window.outerHeight - 720) / 2));
  const opened = window.open("about:blank", "keyway-sign-in", `popup,width=520,height=720,left=${left},top=${top}`);
  if (!opened || opened.closed) return null;
  try {
    opened.document.title = provider;
    opened.document.body.textContent = `Opening ${provider}…`;
  } catch {
    // A window of that name that is at a provider already can't be written to; it is sent on all the same.
  }
  return opened;
}

function stateOf(own: Own, status: AttemptStatus | undefined): AttemptState {
  if (own.phase !== "waiting") return own;
  if (status?.status === "done")
    return status.code === "ok"
      ? { phase: "done" }
      : { phase: "failed", failure: { code: status.code, owner: status.owner, message: status.message } };
  return own.closed ? { phase: "failed", failure: { code: "popup.closed", owner: null } } : { phase: "waiting", url: own.url };
}

/**
 * Follows a sign-in at a provider to its end, in its own window or in this tab. What the result page calls out is only a reason to ask
 * the server, which tells the outcome to this browser alone. In: what to do once it is connected.
 */
export function useAttempt(onConnected: () => void) {
  const [own, setOwn] = useState<Own>({ phase: "idle" });
  const popup = useRef<Window | null>(null);
  const attemptId = own.phase === "waiting" ? own.attemptId : null;

  const { data, refetch } = useQuery({
    queryKey: ["attempt", attemptId],
    enabled: attemptId !== null,
    queryFn: ({ signal }) => readLive<AttemptStatus>(`/api/live/attempts/${encodeURIComponent(attemptId ?? "")}`, signal),
    refetchInterval: ({ state }) => (state.data?.status === "done" ? false : POLL),
    refetchIntervalInBackground: true,
    staleTime: 0,
    gcTime: 0,
    retry: 3,
  });
  const state = stateOf(own, attemptId === null ? undefined : data);

  const connected = useRef(onConnected);
  useEffect(() => {
    connected.current = onConnected;
  });
  const isDone = state.phase === "done";
  useEffect(() => {
    if (isDone) connected.current();
  }, [isDone]);

  useEffect(() => {
    if (attemptId === null) return;
    return listenToAttempts((message) => {
      if (message.attemptId !== attemptId) return;
      if (message.type === "restarted") {
        setOwn((now) => ({
          phase: "waiting",
          attemptId: message.next,
          url: now.phase === "waiting" ? now.url : "",
          closed: false,
        }));
      } else void refetch();
    });
  }, [attemptId, refetch]);

  useEffect(() => {
    if (attemptId === null) return;
    let since: number | null = null;
    const timer = setInterval(() => {
      if (!popup.current?.closed) return;
      since ??= performance.now();
      if (performance.now() - since < CLOSED_GRACE) return;
      clearInterval(timer);
      setOwn((now) => (now.phase === "waiting" && now.attemptId === attemptId ? { ...now, closed: true } : now));
    }, 400);
    return () => clearInterval(timer);
  }, [attemptId]);

  /** Starts and follows an attempt. `opened` is the window for it; undefined for this tab. */
  const run = useCallback(async (opened: Window | null | undefined, start: () => Promise<Result<StartedAttempt> | null>) => {
    if (opened === null) {
      setOwn({ phase: "failed", failure: { code: "popup.blocked" } });
      return;
    }
    setOwn({ phase: "starting" });
    const started = await start();
    if (!started?.ok) {
      opened?.close();
      setOwn(
        started
          ? {
              phase: "failed",
              failure: {
                code: started.error.code,
                message: started.error.message,
                owner: started.error.details?.owner as string | undefined,
              },
            }
          : { phase: "idle" },
      );
      return;
    }
    const { attemptId: id, url } = started.value;
    if (!opened) {
      window.location.assign(url);
      return;
    }
    popup.current = opened;
    // The provider's page gets no handle on this one. The price: only the window itself can close it.
    opened.opener = null;
    opened.location.replace(url);
    setOwn({ phase: "waiting", attemptId: id, url, closed: false });
  }, []);

  return {
    state,
    run,
    fail: useCallback((failure: FailureFacts) => setOwn({ phase: "failed", failure }), []),
    reset: useCallback(() => setOwn({ phase: "idle" }), []),
  };
}
