import { DeniedMessage } from "@/components/shell/message-page";

/** Unknown, used and ended tokens look alike. */
export default function TokenSignInForbidden() {
  return (
    <DeniedMessage>
      The token in this address is wrong, was used before or has ended. Go back to the page you came from and start again.
    </DeniedMessage>
  );
}
