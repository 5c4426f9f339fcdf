import { DeniedMessage } from "@/components/shell/message-page";

/** Unknown, used, revoked and expired links, and wrong tokens, look alike (S-52). */
export default function LinkForbidden() {
  return (
    <DeniedMessage>
      The link or its token is wrong, was used before, or has ended. Open the link again to type the token once more, or ask for a
      new one.
    </DeniedMessage>
  );
}
