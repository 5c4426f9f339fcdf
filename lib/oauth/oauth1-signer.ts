import { createHmac, createSign } from "node:crypto";
import type { OAuth1Signer } from "@/lib/auth-methods/oauth1-signature";

/**
 * The signatures of RFC 5849 sections 3.4.2 and 3.4.3, and HMAC-SHA256 by the same rule. In: method, key (shared text, or a
 * private key in PEM form) and base string. Out: base64. Throws where the key can't sign.
 */
export const oauth1Signer: OAuth1Signer = (method, key, baseString) =>
  method === "RSA-SHA1"
    ? createSign("RSA-SHA1").update(baseString, "utf8").sign(key, "base64")
    : createHmac(method === "HMAC-SHA256" ? "sha256" : "sha1", key)
        .update(baseString, "utf8")
        .digest("base64");
