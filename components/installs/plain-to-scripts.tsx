import { Note } from "../ui/note";

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** Says which secrets the scripts of a connector see as they are; nothing where they see placeholders alone. */
export function PlainToScripts({ names, connector }: { names: readonly string[]; connector: string }) {
  if (names.length === 0) return null;
  return (
    <Note kind="warn" title="Its scripts read a secret">
      The scripts of {connector} work with {list.format(names)} as it is, not with a placeholder. They can reach only the hosts
      that the connector names.
    </Note>
  );
}
