// Runs graphql-http's server audits against a URL; prints what did not pass, then "<passed> of <all>".
// Usage: node graphql_audit.mjs <url> [<header>: <value>]…
// AUDIT_MODULES names the node_modules to take the package from, if not those above this file.
import { createRequire } from "node:module";
import { join } from "node:path";

const [url, ...headers] = process.argv.slice(2);
const base = process.env.AUDIT_MODULES ? join(process.env.AUDIT_MODULES, "x.js") : import.meta.url;
const { auditServer } = createRequire(base)("graphql-http");

const extra = Object.fromEntries(headers.map((line) => line.split(/:\s*/, 2)));
const fetchFn = (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, ...extra } });

const results = await auditServer({ url, fetchFn });
for (const result of results) {
  if (result.status !== "ok") console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
}
console.log(`${results.filter((result) => result.status === "ok").length} of ${results.length}`);
