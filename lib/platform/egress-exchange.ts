import type { Dispatcher } from "undici";
import type { Stop } from "@/lib/kernel/stop";

/** What ends a call before its time: the time itself, or whoever asked for it. One timer and one listener for all of its parts. */
export class Deadline {
  endedBy: "time" | "asker" | null = null;
  #stop: ((error: Error) => void) | null = null;
  readonly #timer: NodeJS.Timeout;
  readonly #onStop = (): void => this.#end("asker");

  constructor(
    timeoutMs: number,
    private readonly asker?: Stop,
  ) {
    this.#timer = setTimeout(() => this.#end("time"), timeoutMs);
    this.#timer.unref();
    if (asker?.isAsked) this.endedBy = "asker";
    else asker?.listen(this.#onStop);
  }

  #end(by: "time" | "asker"): void {
    this.endedBy ??= by;
    this.#stop?.(new DeadlineEnded());
  }

  /** What is to be stopped from here on; it is stopped at once where the end has come. */
  stops(stop: (error: Error) => void): void {
    this.#stop = stop;
    if (this.endedBy !== null) stop(new DeadlineEnded());
  }

  /** The call is over: nothing is left behind of its deadline. */
  close(): void {
    this.#stop = null;
    clearTimeout(this.#timer);
    this.asker?.forget(this.#onStop);
  }
}

export class DeadlineEnded extends Error {
  constructor() {
    super("the call was ended");
  }
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came, still compressed. */
  readonly body: Buffer;
}

/**
 * One request and its whole answer, by the pool's own events: no stream is made for a body that is wanted in one piece. Throws what
 * `tooLarge` makes of an answer of more than `maxBytes`, {@link DeadlineEnded}, and the client's own errors; each of them ends the connection.
 */
export function exchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  deadline: Deadline,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let under: Dispatcher.DispatchController | null = null;
    let ended: Error | null = null;
    let status = 0;
    let headers: Received["headers"] = {};
    let size = 0;
    const chunks: Buffer[] = [];
    const end = (error: Error): void => {
      if (ended) return;
      ended = error;
      reject(error);
      under?.abort(error);
    };
    deadline.stops(end);
    if (ended) return;
    pool.dispatch(request, {
      onRequestStart(controller) {
        under = controller;
        // It ended while it waited for a connection.
        if (ended) controller.abort(ended);
      },
      onResponseStart(_controller, statusCode, given) {
        // Informational answers come before the one (RFC 9110 section 15.2).
        if (statusCode < 200) return;
        status = statusCode;
        headers = given;
        if (Number(given["content-length"]) > maxBytes) end(tooLarge());
      },
      onResponseData(_controller, chunk) {
        size += chunk.byteLength;
        if (size > maxBytes) end(tooLarge());
        else chunks.push(chunk);
      },
      onResponseEnd() {
        resolve({ status, headers, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        end(error);
      },
    });
  });
}
