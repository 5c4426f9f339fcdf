"use client";

/** Ends the session and goes to the sign-in page. Its code is fetched by whoever leaves. */
export const signOut = async (): Promise<void> => {
  const auth = await import("next-auth/react");
  await auth.signOut({ callbackUrl: "/sign-in" });
};
