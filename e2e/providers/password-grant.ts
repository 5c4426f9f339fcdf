import type { Provider } from "oidc-provider";
import { DEFAULT_SCOPE, SCOPES } from "./clients";
import { signIn } from "./people";

/**
 * The resource owner password credentials grant (RFC 6749, 4.3), which oidc-provider leaves out on purpose and
 * some APIs still ask for.
 */
export function registerPasswordGrant(provider: Provider, errors: typeof import("oidc-provider").errors): void {
  provider.registerGrantType<{ username?: string; password?: string }>(
    "password",
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const person = signIn(params.username ?? "", params.password ?? "");
      if (!person) throw new errors.InvalidGrant("username or password is wrong");
      const asked = (params.scope ?? DEFAULT_SCOPE).split(" ");
      const unknown = asked.filter((scope) => !(scope in SCOPES));
      if (unknown.length > 0) throw new errors.InvalidScope("requested scope is not known", unknown.join(" "));

      const scope = asked.join(" ");
      const grant = new provider.Grant({ accountId: person.email, clientId: client.clientId });
      grant.addOIDCScope(scope);
      const grantId = await grant.save();
      const common = { accountId: person.email, client, grantId, gty: "password", scope, expiresWithSession: false };
      const access = new provider.AccessToken(common as never);
      const accessToken = await access.save();
      const refresh =
        asked.includes("offline_access") && client.grantTypeAllowed("refresh_token")
          ? await new provider.RefreshToken({ ...common, rotations: 0 } as never).save()
          : undefined;
      ctx.body = {
        access_token: accessToken,
        expires_in: access.expiration,
        ...(refresh === undefined ? {} : { refresh_token: refresh }),
        scope,
        token_type: "Bearer",
      };
    },
    ["username", "password", "scope"],
  );
}
