import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The text of a file that an installed package brings, such as `swagger-ui-dist/swagger-ui.css`. */
export const packageFile = (name: string): string =>
  readFileSync(createRequire(path.join(process.cwd(), "package.json")).resolve(name), "utf8");
