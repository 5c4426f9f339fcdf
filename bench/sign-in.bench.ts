import { randomBytes } from "node:crypto";
import { credentialsForm } from "./browser-session";
import { baselineRow, ratioRow, type Bench } from "./harness";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
let serial = 0;
/** Another person from another address each time: the limits on tries are not what is measured. */
const nextAddress = (): string => {
  serial += 1;
  return `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`;
};

/**
 * The sign-in page against a bare page without rows, and the action against a bare route that verifies one password at the
 * same argon2id cost: that verification is meant to be slow, so a page without it would be no measure.
 */
const signIn: Bench = {
  name: "sign-in",
  async run({ startKeyway, startBarePage, compare }) {
    const [keyway, bare] = [await startKeyway({ KEYWAY_TRUST_PROXY: "1" }), await startBarePage(0)];
    const form = await credentialsForm(keyway.url);
    const password = randomBytes(12).toString("hex");
    const [baseline, page] = await compare([
      { title: "bare page", url: bare.url },
      { title: "sign-in page", url: `${keyway.url}/sign-in` },
    ]);
    const [verification, action] = await compare([
      {
        title: "bare route",
        url: `${bare.url}/verify`,
        method: "POST",
        headers: FORM,
        make: () => ({ body: `password=${password}` }),
      },
      {
        title: "sign-in action",
        url: form.url,
        method: "POST",
        headers: { ...FORM, cookie: form.cookie, origin: keyway.url },
        make: (request) => ({
          headers: { ...request.headers, "x-forwarded-for": nextAddress() },
          body: form.body(`nobody-${serial}@example.com`, password),
        }),
        // The password is wrong: the cost is the same, and no session is left behind for each request.
        accept: [302, 401],
      },
    ]);
    return [
      baselineRow("bare page", baseline!),
      ratioRow("sign-in page", page!, baseline!, 0.6),
      baselineRow("bare route, one argon2id verification", verification!),
      ratioRow("sign-in action", action!, verification!, 0.6),
    ];
  },
};

export default signIn;
