// The page of `quern report --html` in a browser: what it shows of a run, of one in which nothing
// happened, of statistics that are out to harm, and axe-core's rules for accessibility. Run by
// tests/e2e/report_page.sh in an empty folder; `--screenshot FILE` as well.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { QUERN, QUERN_SOURCE, CHROMIUM, MODULES } = process.env;
const require = createRequire(path.join(MODULES, "here.js"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

fs.writeFileSync("report.yaml", `name: news & more
stages:
  - {use: cleanup}
  - {use: filter, with: {min_words: 3, drop: ["advertisement"]}}
  - {use: structure}
  - {use: entities, with: {model: none}}
`);

function run(input) {
  spawnSync(QUERN, ["run", "report.yaml", input, "-o", "out.jsonl", "--quiet", "--stats", "stats.json"]);
  return JSON.parse(fs.readFileSync("stats.json", "utf8"));
}

function report(stats, out) {
  fs.writeFileSync("given.json", JSON.stringify(stats));
  execFileSync(QUERN, ["report", "given.json", "--html", "-o", out]);
  return "file://" + path.resolve(out);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

async function open(url, colorScheme = "light") {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } });
  page.on("pageerror", (error) => assert.fail(error));
  page.on("console", (message) => assert.notEqual(message.type(), "error", message.text()));
  page.on("request", (request) => assert.equal(request.url(), url, "the page asks for something"));
  page.on("dialog", () => assert.fail("a script of the statistics runs"));
  await page.goto(url);
  return page;
}

const section = (page, heading) => page.locator("section", { has: page.locator(`h2:text-is("${heading}")`) });

async function checkRun() {
  const lines = [];
  for (let i = 0; i < 60; i++)
    lines.push(JSON.stringify({ id: `d${i}`, text: i % 10 === 3 ? "short" : i % 15 === 7 ? "One advertisement more." :
      `Talks in Nairobi, Kenya\u00a0.\r\nMr. Otieno Odinga left for ${i % 2 ? "Mombasa" : "Kisumu"} on Monday.` }));
  lines.push("broken");
  fs.writeFileSync("in.jsonl", lines.join("\n") + "\n");
  const stats = run("in.jsonl"), page = await open(report(stats, "report.html"));
  assert.equal(await page.title(), "What news & more did");
  assert.deepEqual(await page.locator("#totals dd").allTextContents().then((all) => all.slice(0, 4)), ["61", "50", "10", "1"]);

  // A bar for each step, as long as what it stands for.
  const steps = section(page, "Documents in and out");
  assert.match(await steps.locator("svg").getAttribute("aria-label"), /filter 50, 10, 0/);
  const widths = await steps.locator("rect").evaluateAll((all) => all.map((rect) => rect.width.baseVal.value));
  assert.equal(widths.length, 5);
  assert.ok(Math.abs(widths[0] - widths[1] - widths[2]) < 0.01, `${widths}`);
  await steps.locator("summary").click();
  assert.match(await steps.locator("tbody tr").nth(1).textContent(), /^filterfilter .*605010000/);

  const bars = (heading) => section(page, heading).locator("svg text").allTextContents();
  assert.deepEqual(await bars("Dropped by reason"),
    ["filter: fewer than 3 words", "6", "filter: 'advertisement' occurs", "4"]);
  assert.ok((await bars("Edits by rule")).some((text) => text.startsWith("cleanup: ")));
  assert.ok((await bars("Entities by type")).includes("LOC"));
  const rows = await section(page, "Most frequent entities").locator("tbody tr").allTextContents();
  assert.ok(rows.includes("LOCNairobi500"), `${rows}`);
  assert.ok(rows.includes("LOCKisumu250") || rows.some((row) => row.includes("Kisumu")), `${rows}`);
  const kept = section(page, "Quarantine");
  assert.equal(await kept.locator("code").textContent(), stats.quarantine[0].command);
  assert.match(await kept.locator("tbody").textContent(), /in\.jsonl:61, byte [\d,]+readinga record has to be an object/);
  assert.equal(await page.locator("section svg").count(), 6);
  await page.close();
  return stats;
}

async function checkNothing() {
  fs.writeFileSync("nothing.jsonl", "");
  const page = await open(report(run("nothing.jsonl"), "nothing.html"));
  assert.match(await section(page, "Quarantine").textContent(), /No document was kept aside/);
  assert.match(await section(page, "Dropped by reason").textContent(), /None\./);
  await page.close();
}

async function checkHostile(stats) {
  const bad = "</script><img src=x onerror=alert(1)><script>alert(2)</script>\u202e\u2028\u0000 <!--<script> ".repeat(3);
  const poison = (value) => typeof value === "string" ? bad : Array.isArray(value) ? value.map(poison)
    : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poison(one)]))
    : typeof value === "number" && value > 1 ? Number.MAX_SAFE_INTEGER : value;
  const page = await open(report(poison(stats), "hostile.html"));
  assert.equal(await page.locator("img, main script").count(), 0);
  assert.equal(await page.locator("section").count(), 8);
  assert.ok((await page.textContent("#title")).includes("<U+202E><U+2028><U+0000>"));
  await page.close();
}

async function checkAccessibility(url) {
  for (const scheme of ["light", "dark"]) {
    const page = await open(url, scheme);
    await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], scheme);
    await page.close();
  }
}

const stats = await checkRun();
await checkNothing();
await checkHostile(stats);
await checkAccessibility("file://" + path.resolve("report.html"));
const at = process.argv.indexOf("--screenshot");
if (at > 0) {
  const page = await open("file://" + path.resolve("report.html"));
  await page.screenshot({ path: process.argv[at + 1], fullPage: true });
  await page.close();
}
await browser.close();
