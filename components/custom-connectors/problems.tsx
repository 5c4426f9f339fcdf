import { Link } from "../ui/link";
import type { LintProblem } from "@/lib/catalog/types";
import { Note } from "../ui/note";

const SETTINGS =
  /^(name|apiVersion|description|status|icon|website|docsUrl|developerUrl|categories|aliases|baseUrl|headers|query|allowedHosts|testMethod|slug)\b/;

/** The page where the value of a path is changed. */
function placeOf(uid: string, path: string, methodIds: readonly string[]): string {
  const here = `/connectors/custom/${uid}`;
  const method = /^methods\.(\d+)(?:\.(.*))?$/.exec(path);
  const id = method ? methodIds[Number(method[1])] : undefined;
  if (id !== undefined) return `${here}/methods/${id}${method?.[2] ? `?at=${encodeURIComponent(method[2])}` : ""}`;
  const at = `?at=${encodeURIComponent(path)}`;
  if (path.startsWith("authMethods")) return `${here}/authentication${at}`;
  if (path.startsWith("parameters")) return `${here}/parameters${at}`;
  if (path.startsWith("lookups")) return `${here}/lookups${at}`;
  if (path.startsWith("rateLimit")) return `${here}/rate-limits${at}`;
  if (path.startsWith("script")) return `${here}/script${at}`;
  return SETTINGS.test(path) ? `${here}${at}` : `${here}/json`;
}

/** What has to be put right before publishing, each a link to its control. */
export function Problems({
  uid,
  problems,
  methodIds,
}: {
  uid: string;
  problems: readonly LintProblem[];
  methodIds: readonly string[];
}) {
  if (problems.length === 0) return null;
  const errors = problems.filter((p) => p.severity === "error").length;
  const title =
    errors > 0
      ? `${errors} ${errors === 1 ? "thing" : "things"} to put right before publishing`
      : `${problems.length} ${problems.length === 1 ? "remark" : "remarks"}`;
  const shown = problems.slice(0, 6);
  return (
    <Note kind={errors > 0 ? "warn" : "plain"} title={title} className="mb-4">
      <ul className="grid gap-0.5">
        {shown.map((p) => (
          <li key={`${p.path} ${p.message}`}>
            <Link className="link" href={placeOf(uid, p.path, methodIds)}>
              {p.message}
            </Link>
          </li>
        ))}
      </ul>
      {problems.length > shown.length && <p className="mt-1 text-sm">And {problems.length - shown.length} more.</p>}
    </Note>
  );
}
