/**
 * Rules of this house that no plugin has. Each is a sentence and the syntax it forbids; a rule of its own name for each,
 * because ESLint's no-restricted-syntax would let the last configuration entry replace all earlier ones.
 */
const forbid = (message, ...selectors) => ({
  meta: { type: "problem", schema: [] },
  create: (context) => ({ [selectors.join(", ")]: (node) => context.report({ node, message }) }),
});

// \u002F is a slash: the selector language ends a pattern at the first one.
const OWN_READS = "/^\\u002F(api\\u002F(live|auth)|v1.0)\\u002F/";
const ABSOLUTE_FETCH =
  `:not([arguments.0.type='Literal'][arguments.0.value=${OWN_READS}])` +
  `:not([arguments.0.type='TemplateLiteral'][arguments.0.quasis.0.value.raw=${OWN_READS}])`;
const GLOBAL_OBJECT = "/^(globalThis|window|self|global)$/";
const CLIENTS = "/^(fetch|XMLHttpRequest|WebSocket|EventSource)$/";

export const rules = {
  "environment-in-one-place": forbid(
    "The environment is read in lib/platform/env.ts only.",
    "MemberExpression[object.name='process'][property.name='env']",
    "MemberExpression[object.name='process'][property.value='env']",
    "MemberExpression[object.property.name='process'][property.name='env']",
    "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']",
    "ImportDeclaration[source.value=/^(node:)?process$/]",
  ),
  "network-in-one-place": forbid(
    "The network has one door, lib/platform/egress.ts.",
    `CallExpression[callee.name=${CLIENTS}]`,
    `NewExpression[callee.name=${CLIENTS}]`,
    `MemberExpression[object.name=${GLOBAL_OBJECT}][property.name=${CLIENTS}]`,
    "Property[value.type='Identifier'][value.name='fetch']",
    "VariableDeclarator[init.type='Identifier'][init.name='fetch']",
  ),
  "browser-reads-own-server": forbid(
    "A component fetches only the console's own api/live reads, by a path that is written out.",
    `CallExpression[callee.name=/^(fetch|readLive)$/]${ABSOLUTE_FETCH}`,
    "CallExpression[callee.name=/^(XMLHttpRequest|WebSocket)$/]",
    "NewExpression[callee.name=/^(XMLHttpRequest|WebSocket)$/]",
    `MemberExpression[object.name=${GLOBAL_OBJECT}][property.name=${CLIENTS}]`,
  ),
  "secret-read-through-expose": forbid(
    "readSecret is for lib/kernel/expose.ts: import expose where the room may have it.",
    "ImportSpecifier[imported.name='readSecret']",
    "ExportSpecifier[local.name='readSecret']",
    "MemberExpression[property.name='readSecret']",
    "ExportAllDeclaration[source.value=/(^|\\u002F)secret$/]",
  ),
  "query-is-awaited": forbid(
    "Await the query: .get(), .all(), .run() and .values() exist in one dialect only.",
    "CallExpression[callee.property.name=/^(get|all|run|values)$/][arguments.length=0][callee.object.type='CallExpression']",
    "CallExpression[callee.property.name=/^(get|all|run)$/][arguments.0.type='ObjectExpression']",
  ),
  "time-from-the-clock": forbid(
    "Take the time from now() of lib/kernel/clock.ts, which a test can move.",
    "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    "NewExpression[callee.name='Date'][arguments.length=0]",
  ),
  "tests-all-run": forbid(
    "Every test runs: no skip, only, todo, fixme.",
    "MemberExpression[object.name=/^(test|it|describe|suite)$/][property.name=/^(skip|only|todo|fixme|skipIf|runIf)$/]",
    "MemberExpression[object.object.name=/^(test|it)$/][property.name=/^(skip|only|todo|fixme|skipIf|runIf)$/]",
    "CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]",
  ),
  "imports-are-written-out": forbid(
    "An import names its module as plain text, so that the boundaries can be checked.",
    "ImportExpression[source.type!='Literal']",
    "CallExpression[callee.name='require'][arguments.0.type!='Literal']",
    "TSImportEqualsDeclaration > TSExternalModuleReference",
  ),
};
