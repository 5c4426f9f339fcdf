import { parseArgs } from "node:util";
import { openDatabase, setDatabase } from "../db/client";
import { migrate } from "../db/migrate";
import { makeAdministrator } from "../lib/access/administrator";
import { signInSchema } from "../lib/access/schema";
import { runCommand } from "../lib/platform/command-line";
import { env } from "../lib/platform/env";

/** `npm run admin -- --email E --name N`: makes an administrator of this instance and prints the password once. */
const { values } = parseArgs({ options: { email: { type: "string" }, name: { type: "string" } } });
const email = signInSchema.shape.email.safeParse(values.email);

async function main(): Promise<string | null> {
  if (!email.success || !values.name?.trim()) return 'Say who: npm run admin -- --email you@example.com --name "Your Name"';
  const database = openDatabase(env().databaseFile);
  try {
    migrate(database);
    setDatabase(database);
    const made = await makeAdministrator({ email: email.data, name: values.name.trim() });
    if (!made.ok) return made.error.message;
    process.stdout.write(`${email.data} is an administrator of this instance.\nPassword: ${made.value.password}\n`);
    return null;
  } finally {
    database.close();
  }
}

runCommand(main);
