import { SCRIPT_EVENTS, SCRIPT_VARIABLES } from "./constants";

/**
 * What runs inside the sandbox before any script: the documented functions, and `run`, which the host calls. It holds what it needs of
 * the built-in objects in its own scope, since a script may change them. It gets text and gives text: no object crosses.
 */
export const BOOTSTRAP = `(function (host) {
  "use strict";
  const parse = JSON.parse, stringify = JSON.stringify, define = Object.defineProperty, root = globalThis;
  const TheError = Error, ThePromise = Promise, isArray = Array.isArray, text = String, Bytes = Uint8Array, keys = Object.keys;
  const variables = ${JSON.stringify(SCRIPT_VARIABLES)};
  const own = { __proto__: null };
  for (let i = 0; i < variables.length; i += 1) own[variables[i]] = true;
  let run = "", extra = [];

  const call = (name, args) => {
    const reply = parse(host(name, stringify(args)));
    if (reply.error !== undefined) throw new TheError(reply.error);
    return reply.value;
  };
  const say = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof TheError) return value.name + ": " + value.message;
    try { const written = stringify(value); return written === undefined ? text(value) : written; } catch (e) { return text(value); }
  };
  const provide = (name, value) => define(root, name, { value, writable: true, configurable: true, enumerable: false });
  const given = (value) => value === undefined || value === null ? "" : text(value);

  class AuthRefreshException extends TheError { constructor(m) { super(m || "A new access token is needed."); this.name = "AuthRefreshException"; } }
  class AuthSessionException extends TheError { constructor(m) { super(m || "A new session is needed."); this.name = "AuthSessionException"; } }
  provide("AuthRefreshException", AuthRefreshException);
  provide("AuthSessionException", AuthSessionException);

  const print = (...values) => { host("console", stringify([values.map(say).join(" ")])); };
  provide("console", { log: print, info: print, warn: print, error: print, debug: print });
  provide("http_request", (request) => call("http_request", [request]));
  provide("btoa", (value, charset) => call("btoa", [given(value), given(charset)]));
  provide("atob", (value, charset) => call("atob", [given(value), given(charset)]));
  provide("cyclr_sign", (algorithm, key, value, encoding) => call("cyclr_sign", [given(algorithm), given(key), given(value), given(encoding)]));
  provide("cyclr_csv_parse", (csv, delimiter, hasHeader) => call("cyclr_csv_parse", [given(csv), given(delimiter), hasHeader === true]));
  provide("cyclr_xml_serialize", (value) => call("cyclr_xml_serialize", [value]));
  provide("cyclr_xml_deserialize", (xml) => call("cyclr_xml_deserialize", [given(xml)]));
  provide("crypto", { getRandomValues(array) {
    const bytes = new Bytes(array.buffer, array.byteOffset, array.byteLength);
    bytes.set(call("random", [bytes.length]));
    return array;
  } });

  // crypto-js would compute on the marker itself and give a wrong result without a word.
  const guard = () => {
    for (const name of Object.keys(root.CryptoJS)) {
      const original = root.CryptoJS[name];
      if (typeof original !== "function") continue;
      root.CryptoJS[name] = function (...args) {
        for (const arg of args) {
          if (typeof arg === "string" && run !== "" && arg.includes(run)) throw new TheError("CryptoJS can't compute on a secret. Use cyclr_sign or btoa.");
        }
        return original.apply(this, args);
      };
    }
  };

  const failure = (error, level) => {
    const plain = typeof error === "object" && error !== null && typeof error.message === "string";
    return stringify({
      failed: {
        name: plain ? text(error.name) : "", message: plain ? error.message : say(error), stack: plain ? text(error.stack) : "", level,
        signal: error instanceof AuthRefreshException ? "refresh" : error instanceof AuthSessionException ? "session" : null,
      },
    });
  };
  const enter = (input, variablesText) => {
    const values = parse(variablesText);
    run = input.run;
    for (const name of variables) root[name] = undefined;
    // Another script's values in a kept context are none of this one's; nor may a value hide a built-in object.
    for (let i = 0; i < extra.length; i += 1) delete root[extra[i]];
    extra = [];
    for (const name of keys(values)) {
      if (!own[name]) {
        if (name in root) continue;
        extra[extra.length] = name;
      }
      root[name] = values[name];
    }
    return keys(values);
  };
  const leave = (names) => {
    const out = {};
    for (const name of names) out[name] = root[name];
    for (const name of variables) if (root[name] !== undefined) out[name] = root[name];
    return out;
  };

  return {
    guard,
    event(inputText, variablesText, ...scripts) {
      const input = parse(inputText);
      let level = null;
      try {
        const names = enter(input, variablesText), ran = [];
        let returned, signal = "continue";
        for (let i = 0; i < scripts.length; i += 1) {
          level = input.levels[i];
          const handler = scripts[i]()[input.event];
          if (handler === undefined) continue;
          returned = handler();
          ran.push(level);
          if (returned instanceof ThePromise) throw new TheError(input.event + " can't be async.");
          if (returned === false) { signal = "stop"; break; }
        }
        return stringify({ signal, ran, returned: returned === undefined ? null : returned, variables: leave(names) });
      } catch (error) {
        return failure(error, level);
      }
    },
    enter(inputText, variablesText) { enter(parse(inputText), variablesText); },
    result(value) {
      if (value instanceof ThePromise) return failure(new TheError("An inline script can't be async."), "expression");
      try { return stringify({ signal: "continue", ran: [], returned: value === undefined ? null : value, variables: {} }); }
      catch (error) { return failure(error, "expression"); }
    },
    failed(error) { return failure(error, null); },
  };
})`;

/** Code that makes a function of a script, so that its lines keep their numbers; calling it gives the handlers it defines. */
export const asFunction = (source: string): string =>
  `(function () { "use strict"; ${source}\n;return { ${SCRIPT_EVENTS.map((name) => `${name}: typeof ${name} === "function" ? ${name} : undefined`).join(", ")} }; })`;
