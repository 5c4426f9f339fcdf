import { DeniedMessage } from "@/components/shell/message-page";

/** Unknown, used and ended tokens, other accounts' connectors and targets that aren't allowed look alike. */
export default function ConnectorAuthForbidden() {
  return (
    <DeniedMessage>
      The token in this address is wrong, was used before or has ended, or the address sends you back to a place that isn&apos;t
      allowed. Go back to the page you came from and start again.
    </DeniedMessage>
  );
}
