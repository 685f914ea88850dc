// The page of `quern explain --html` in a browser: clicks, keys, and axe-core's rules for
// accessibility. Run by tests/e2e/explain_page.sh in an empty folder; `--screenshot FILE` as well.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { QUERN, QUERN_SOURCE, CHROMIUM, MODULES } = process.env;
const require = createRequire(path.join(MODULES, "here.js"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const news = path.join(QUERN_SOURCE, "pipelines/news.yaml");
const article = path.join(QUERN_SOURCE, "articles/harbour.txt");

function explain(input, out) {
  execFileSync(QUERN, ["explain", news, input, "--html", "-o", out]);
  return "file://" + path.resolve(out);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

async function open(url, colorScheme = "light") {
  const page = await browser.newPage({ colorScheme, reducedMotion: "reduce", viewport: { width: 1280, height: 860 } });
  page.on("pageerror", (error) => assert.fail(error));
  page.on("console", (message) => assert.notEqual(message.type(), "error", message.text()));
  page.on("request", (request) => assert.equal(request.url(), url, "the page asks for something"));
  await page.goto(url);
  return page;
}

const detail = (page) => page.textContent("#detail");
const textOf = (page, pane) => page.$eval(pane, (node) => node.textContent);

// Clicks on the character at a place of the result, counted in UTF-16 units.
async function clickAt(page, place) {
  await page.evaluate((at) => scrollTo(panes.result, at), place);
  await page.waitForTimeout(200); // what came near the window is being marked up
  const box = await page.evaluate((at) => {
    const node = panes.result.chunks.flatMap((chunk) => [...chunk.childNodes])
      .findLast((one) => one.begin <= at);
    const range = document.createRange(), text = node.firstChild ?? node;
    range.setStart(text, at - node.begin);
    range.setEnd(text, at - node.begin + 1);
    const { x, y, height } = range.getBoundingClientRect();
    return { x, y, height };
  }, place);
  await page.mouse.click(box.x + 1, box.y + box.height / 2);
}

async function checkArticle() {
  const url = explain(article, "article.html");
  const record = JSON.parse(execFileSync(QUERN, ["run", news, article], { encoding: "utf8" }));
  const page = await open(url);
  assert.match(await page.textContent("h1"), /^What news did to .*harbour\.txt$/);
  assert.equal(await textOf(page, "#result"), record.text);
  assert.equal(await textOf(page, "#source"), fs.readFileSync(article, "utf8"));

  // From a character to its byte. The text is in the basic plane, so that units are code points.
  for (const name of ["Kenya", "Reuters", "Uhuru Highway"]) {
    const place = record.text.lastIndexOf(name);
    const span = record.spans.find((one) => one.layer === "token" && one.start === place);
    await clickAt(page, place);
    assert.equal(await detail(page), `“${name[0]}” is byte ${span.origin[0]} of the source, as it stood`);
    assert.equal(await page.textContent("#source .here"), name[0]);
  }

  // Changes, one after the other, by key and by button.
  for (const [i, edit] of record.edits.entries()) {
    if (i % 2) await page.keyboard.press("n");
    else await page.click("#next");
    const said = await detail(page);
    assert.ok(said.startsWith(`${edit.stage}, rule ${edit.rule}: `), said);
    assert.ok(said.includes(String(edit.origin[0])), said);
    assert.ok(await page.$("#source .chosen"));
    assert.ok(await page.$("#result .chosen"));
  }
  assert.equal(await page.textContent("#position"), `${record.edits.length} of ${record.edits.length}`);
  await page.keyboard.press("p");
  assert.equal(await page.textContent("#position"), `${record.edits.length - 1} of ${record.edits.length}`);
  await page.keyboard.press("Escape");
  assert.equal(await page.$(".chosen"), null);

  // Pointing at a change and at an entity.
  await page.hover("#source .change");
  assert.match(await page.textContent("#pointed"), /rule /);
  await page.hover("#result .label");
  assert.match(await page.textContent("#pointed"), /entity [A-Z]+: /);

  // Layers.
  const marked = () => page.$$eval("#result .span:not(.wide)", (all) => all.length);
  assert.ok(await marked() > 10);
  await page.uncheck("input[name=entity]");
  assert.equal(await marked(), 0);
  await page.check("input[name=token]");
  assert.ok(await marked() > 100);
  await page.uncheck("input[name=token]");
  await page.check("input[name=entity]");

  // Steps.
  await page.focus("#step");
  await page.keyboard.press("Home");
  assert.equal(await textOf(page, "#result"), fs.readFileSync(article, "utf8"));
  assert.equal(await page.$("#result .change"), null);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.textContent("#step-name"), /depaginate/);
  assert.equal(await textOf(page, "#result"), record.text);
  await page.focus("#result");
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.textContent("#step-name"), /cleanup/);
  await page.close();
  return url;
}

async function checkAccessibility(url) {
  for (const scheme of ["light", "dark"]) {
    const page = await open(url, scheme);
    await page.keyboard.press("n");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], scheme);
    await page.close();
  }
}

async function checkHostile() {
  fs.writeFileSync("hostile.txt", "</script><script>document.title='x'</script><img src=x onerror=alert(1)>\u202e \u2028" +
    "<!-- \u0000 \u001b[31m ]]> \ud83d\ude00 A\u00adB\n\nPage 1 of 2\n\n<!--<script>" + "\n\nPage 2 of 2");
  const page = await open(explain("hostile.txt", "hostile.html"));
  page.on("dialog", () => assert.fail("a script of the document runs"));
  assert.match(await page.title(), /hostile\.txt$/);
  assert.ok((await textOf(page, "#source")).includes("onerror=alert(1)"));
  await page.keyboard.press("n");
  await page.close();
}

// Invalid bytes: places are still those of the file.
async function checkBytes() {
  fs.writeFileSync("latin.txt", Buffer.from("caf\xe9 br\xfbl\xe9. Zo\xeb left.\n", "latin1"));
  const page = await open(explain("latin.txt", "latin.html"));
  const text = await textOf(page, "#result");
  await clickAt(page, text.indexOf("left"));
  assert.match(await detail(page), /“l” is byte 16 of the source/);
  await page.close();
}

async function checkLarge() {
  const once = fs.readFileSync(article, "utf8");
  fs.writeFileSync("large.txt", once.repeat(Math.ceil(1e6 / once.length)));
  const url = explain("large.txt", "large.html"), begin = Date.now();
  const page = await open(url);
  await page.keyboard.press("p");
  assert.match(await detail(page), /rule /);
  await page.focus("#step");
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  console.log(`a text of 1 MB: ${fs.statSync("large.html").size} bytes, ${Date.now() - begin} ms`);
  await page.close();
}

async function takeScreenshot(url, file) {
  const page = await open(url);
  await page.click("#next");
  await page.click("#next");
  await page.waitForTimeout(600);
  await page.screenshot({ path: file });
  await page.close();
}

const url = await checkArticle();
await checkAccessibility(url);
await checkHostile();
await checkBytes();
await checkLarge();
const at = process.argv.indexOf("--screenshot");
if (at > 0) await takeScreenshot(url, process.argv[at + 1]);
await browser.close();
