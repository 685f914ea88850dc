"use strict";
// What a run did. The data stand in the element "data", as `quern run --stats` writes them and
// report.c has checked them. Every text from them gets onto the page as text, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const NAME_WIDTH = 250, BAR_WIDTH = 460, ROW = 26, WIDTH = NAME_WIDTH + BAR_WIDTH + 130;
const MOST_BARS = 25;

// ---- Words

const codeOf = (char) => "U+" + char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
const show = (text) =>
  [...text].map((char) => char !== " " && /[\p{C}\p{Z}]/u.test(char) ? `<${codeOf(char)}>` : char).join("");
const number = (value) => value.toLocaleString("en");
const seconds = (value) => `${value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 3 : 1 })} s`;
const count = (value, one) => `${number(value)} ${one}${value === 1 ? "" : "s"}`;

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; unit++) bytes /= 1000;
  return `${bytes.toLocaleString("en", { maximumFractionDigits: unit ? 1 : 0 })} ${units[unit]}`;
}

function cut(text, most) {
  const chars = [...text];
  return chars.length > most ? chars.slice(0, most - 1).join("") + "…" : text;
}

// ---- Elements

function add(parent, name, text, attributes = {}) {
  const svg = name === "svg" || parent.namespaceURI === "http://www.w3.org/2000/svg";
  const node = document.createElementNS(svg ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

function addSection(heading) {
  const section = add(document.getElementById("sections"), "section");
  add(section, "h2", heading);
  return section;
}

// Columns are [heading, value of a row, whether it is a number].
function addTable(parent, label, columns, rows) {
  const box = add(parent, "div", undefined, { class: "table", tabindex: 0, role: "region", "aria-label": label });
  const table = add(box, "table"), head = add(add(table, "thead"), "tr"), body = add(table, "tbody");
  const kind = ([, , isNumber]) => isNumber ? { class: "number" } : {};
  for (const column of columns) add(head, "th", column[0], { scope: "col", ...kind(column) });
  for (const row of rows) {
    const line = add(body, "tr");
    for (const column of columns) add(line, "td", column[1](row), kind(column));
  }
}

// ---- Plots

// Rows are {name, values}, with a value for each series; series are {name, kind}, kind a class.
function addBars(section, label, rows, series, write = number) {
  const shown = rows.slice(0, MOST_BARS), sum = (row) => row.values.reduce((a, b) => a + b, 0);
  const most = Math.max(...shown.map(sum), 1e-12);
  if (series.length > 1) {
    const legend = add(section, "ul", undefined, { class: "legend" });
    for (const { name, kind } of series) {
      const item = add(legend, "li");
      add(item, "span", undefined, { class: kind });
      item.append(name);
    }
  }
  const svg = add(section, "svg", undefined, {
    viewBox: `0 0 ${WIDTH} ${shown.length * ROW}`, role: "img",
    "aria-label": `${label}: ${shown.map((row) => `${row.name} ${row.values.map(write).join(", ")}`).join("; ")}`,
  });
  shown.forEach((row, i) => {
    const line = add(svg, "g"), middle = i * ROW + ROW / 2;
    add(line, "title", `${row.name}: ${series.map((one, at) => `${write(row.values[at])} ${one.name}`).join(", ")}`);
    add(line, "text", cut(row.name, 36), { class: "name", x: NAME_WIDTH - 8, y: middle + 5 });
    let at = NAME_WIDTH;
    row.values.forEach((value, one) => {
      const width = value / most * BAR_WIDTH;
      if (value > 0)
        add(line, "rect", undefined, { class: series[one].kind, x: at, y: middle - 8, width, height: 16 });
      at += width;
    });
    add(line, "text", write(sum(row)), { x: at + 6, y: middle + 5 });
  });
  if (rows.length > shown.length) add(section, "p", `and ${number(rows.length - shown.length)} more`, { class: "note" });
}

function addDetails(section, label, columns, rows) {
  const details = add(section, "details");
  add(details, "summary", "As a table");
  addTable(details, label, columns, rows);
}

function addLeftOut(section, value, what) {
  if (value) add(section, "p", `${number(value)} ${what} not listed by name: there were too many.`, { class: "note" });
}

// Counts by name, the most frequent ones first.
function addCounts(heading, one, rows, leftOut) {
  const section = addSection(heading);
  rows.sort((a, b) => b.values[0] - a.values[0]);
  if (!rows.length) add(section, "p", "None.", { class: "note" });
  else {
    addBars(section, heading, rows, [{ name: one, kind: "one" }]);
    addDetails(section, `${heading}, as a table`,
      [["Name", (row) => row.name], [one, (row) => number(row.values[0]), true]], rows);
  }
  addLeftOut(section, leftOut, one);
  return section;
}

// ---- The page

function addHead() {
  const { documents, bytes } = data, speed = data.seconds > 0 ? bytes.read / data.seconds : 0;
  document.title = `What ${show(data.pipeline ?? "the run")} did`;
  document.getElementById("title").textContent = document.title;
  document.getElementById("lead").textContent =
    `${show(data.begin)} to ${show(data.end)}, quern ${show(data.quern)}, exit status ${data.status}.` +
    (data.incomplete ? " Memory was short: not all was counted." : "");
  const totals = document.getElementById("totals");
  const figures = [["Documents read", number(documents.read)], ["Written", number(documents.written)],
    ["Dropped", number(documents.dropped)], ["Failed", number(documents.failed)], ["Read", size(bytes.read)],
    ["Written", size(bytes.written)], ["Time", seconds(data.seconds)], ["Speed", `${size(speed)}/s`]];
  for (const [name, value] of figures) {
    const group = add(totals, "div");
    add(group, "dt", name);
    add(group, "dd", value);
  }
}

function addSteps() {
  const section = addSection("Documents in and out");
  const rows = data.steps.map((step) => ({ step, name: show(step.step), values: [step.out, step.dropped, step.failed] }));
  addBars(section, "Documents in and out", rows,
    [{ name: "went on", kind: "one" }, { name: "dropped", kind: "two" }, { name: "failed", kind: "three" }]);
  const column = (heading, key, write = number) => [heading, ({ step }) => write(step[key]), true];
  addDetails(section, "Documents in and out, as a table", [["Step", (row) => row.name],
    ["Stage", ({ step }) => show(`${step.stage} ${step.version ?? ""}`.trim())], column("In", "in"), column("Out", "out"),
    column("Dropped", "dropped"), column("Failed", "failed"), column("Skipped", "skipped"), column("Held", "held"),
    column("Text in", "bytes_in", size), column("Text out", "bytes_out", size),
    column("Copied", "bytes_copied", size)], rows);
}

function addTime() {
  const section = addSection("Time per stage");
  const rows = data.steps.map((step) => {
    const processor = Math.min(step.processor_seconds, step.seconds);
    return { step, name: show(step.step), values: [processor, step.seconds - processor] };
  });
  addBars(section, "Time per stage", rows,
    [{ name: "processor", kind: "one" }, { name: "waiting, by the clock", kind: "two" }], seconds);
  addDetails(section, "Time per stage, as a table", [["Step", (row) => row.name],
    ["By the clock", ({ step }) => seconds(step.seconds), true],
    ["Processor", ({ step }) => seconds(step.processor_seconds), true],
    ["Text per second", ({ step }) => step.seconds > 0 ? size(step.bytes_in / step.seconds) : "–", true]], rows);
}

function ofSteps(list, key) {
  return data.steps.flatMap((step) => step[list].map((row) =>
    ({ name: `${show(step.step)}: ${show(row[key]) || "no reason given"}`, values: [row.count] })));
}

function addNames() {
  const entities = data.spans.filter((row) => row.layer === "entity");
  addCounts("Entities by type", "entities", entities.map((row) => ({ name: show(row.label), values: [row.count] })), 0);
  const section = addSection("Most frequent entities");
  if (!data.names.length) add(section, "p", "None.", { class: "note" });
  else addTable(section, "Most frequent entities", [["Type", (row) => show(row.label)], ["Name", (row) => show(row.text)],
    ["Count", (row) => number(row.count), true],
    ["Too high by at most", (row) => number(row.error), true]], data.names);
  const others = data.spans.filter((row) => row.layer !== "entity");
  addCounts("Other spans", "spans", others.map((row) =>
    ({ name: `${show(row.layer)}: ${show(row.label)}`, values: [row.count] })), data.left_out.spans);
}

function addQuarantine() {
  const section = addSection("Quarantine");
  if (!data.quarantine.length) {
    add(section, "p", "No document was kept aside.", { class: "note" });
    return;
  }
  add(section, "p", count(data.quarantine.length, "document") + ", each with the command that runs it again.", { class: "note" });
  addTable(section, "Quarantine", [["Kept as", (row) => show(row.record)], ["Document", (row) => show(row.id)],
    ["Place", ({ place }) => `${show(place.file ?? "")}:${place.line}, byte ${number(place.byte)}`],
    ["Step", (row) => show(row.step ?? "reading")], ["Reason", (row) => show(row.reason)],
    ["Command", (row) => show(row.command)]], data.quarantine);
  section.querySelectorAll("td:last-child").forEach((cell) => {
    const code = document.createElement("code");
    code.append(...cell.childNodes);
    cell.append(code);
  });
  addLeftOut(section, data.left_out.quarantine, "documents");
}

addHead();
addSteps();
addTime();
addCounts("Dropped by reason", "documents", ofSteps("reasons", "reason"), data.left_out.reasons);
addCounts("Edits by rule", "edits", ofSteps("rules", "rule"), data.left_out.rules);
addNames();
addQuarantine();
