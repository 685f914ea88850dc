"use strict";
// What a pipeline did to a document. The data stand in the element "data"; explain_page.c says how.
// A text may have a megabyte: it is cut into chunks, of which only those near the window are marked up.

const CHUNK = 4000, LONGEST = 20000;
const SHOWN = new Set(["entity", "page"]), WIDE = new Set(["block", "page", "sentence", "paragraph"]);
const [BEGIN, END, SOURCE_BEGIN, SOURCE_END, BYTE_BEGIN, BYTE_END, STAGE, RULE] = Array(8).keys();

const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const encoder = new TextEncoder();

// ---- Stages: what is as it was before is not in the data

data.stages.forEach((stage, i) => {
  const before = data.stages[i - 1];
  stage.ended = stage.layers === undefined;
  if (stage.ended) {
    stage.text = before.text;
    stage.changes = before.changes;
    stage.layers = before.layers;
  }
  stage.text ??= before.text;
  stage.changes ??= before.changes;
  for (const name of Object.keys(stage.layers)) stage.layers[name] ??= before.layers[name];
});
const read = data.stages[0];
const sourceText = read.text;

// ---- State

let current = data.stages.length - 1;
let chosen = -1; // a change
let here = null; // the place in the source that was asked for
const layersOff = new Map();
const isShown = (name) => layersOff.has(name) ? !layersOff.get(name) : SHOWN.has(name);
const stage = () => data.stages[current];

// At the first stage what was read is its own source.
const changes = () => current === 0 ? [] : stage().changes;

// ---- Places

// The first of the rows, which are sorted, whose column is greater than a place.
function after(rows, column, place) {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle][column] > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

// The byte of the file at a place in the source's text.
function byteOf(place) {
  const i = after(read.changes, BEGIN, place) - 1;
  if (i < 0) return encoder.encode(sourceText.slice(0, place)).length;
  const row = read.changes[i];
  if (place < row[END]) return row[BYTE_BEGIN];
  return row[BYTE_END] + encoder.encode(sourceText.slice(row[END], place)).length;
}

// Where the character at a place of the result came from: a change, or a place in the source.
function originOf(place) {
  const rows = changes();
  const i = after(rows, BEGIN, place) - 1;
  if (i >= 0 && place < rows[i][END]) return { change: i };
  return { place: i < 0 ? place : rows[i][SOURCE_END] + place - rows[i][END] };
}

const charAt = (text, place) => String.fromCodePoint(text.codePointAt(place));
// The begin of the character at a place, which may be between the halves of a surrogate pair.
function startOf(text, place) {
  const inner = place > 0 && text.charCodeAt(place) >> 10 === 0x37 && text.charCodeAt(place - 1) >> 10 === 0x36;
  return inner ? place - 1 : place;
}

// ---- Words

const NAMES = { "\n": "line end", "\t": "tab", " ": "space", "\r": "carriage return" };
const isUnseen = (char) => /[\p{C}\p{Z}]/u.test(char);
const codeOf = (char) => "U+" + char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

function quote(text) {
  const cut = text.length > 60 ? text.slice(0, 60) + "…" : text;
  if (text.length === 1 || [...text].length === 1)
    return NAMES[text] ?? (isUnseen(text) ? codeOf(text) : `“${text}”`);
  const show = (char) => char === "\n" ? "↵" : isUnseen(char) && char !== " " ? `<${codeOf(char)}>` : char;
  return "“" + [...cut].map(show).join("") + "”";
}

const bytes = (begin, end) => end - begin < 2 ? `byte ${begin}` : `bytes ${begin}–${end}`;

function describeChange(row) {
  const was = sourceText.slice(row[SOURCE_BEGIN], row[SOURCE_END]);
  const is = stage().text.slice(row[BEGIN], row[END]);
  const what = !is ? `took out ${quote(was)}` : !was ? `put in ${quote(is)}` : `wrote ${quote(is)} for ${quote(was)}`;
  return `${row[STAGE]}, rule ${row[RULE]}: ${what} (${bytes(row[BYTE_BEGIN], row[BYTE_END])} of the source)`;
}

// ---- Chunks

// Where a text can be cut: behind line ends, or anywhere in a line that is very long.
function cut(text) {
  const places = [0];
  for (let at = 0; at < text.length;) {
    const line = text.indexOf("\n", Math.min(at + CHUNK, text.length));
    at = line < 0 || line - at > LONGEST ? startOf(text, Math.min(at + LONGEST, text.length)) : line + 1;
    places.push(at);
  }
  return places;
}

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    entry.target.near = entry.isIntersecting;
    if (entry.isIntersecting) entry.target.draw();
  }
}, { rootMargin: "800px" });

function fill(pane, text, marksOf) {
  pane.querySelectorAll(".chunk").forEach((chunk) => observer.unobserve(chunk));
  const places = cut(text);
  pane.chunks = places.slice(0, -1).map((begin, i) => {
    const chunk = document.createElement("div");
    chunk.className = "chunk";
    chunk.begin = begin;
    chunk.end = places[i + 1];
    chunk.textContent = text.slice(begin, chunk.end);
    chunk.draw = () => draw(chunk, text, marksOf(chunk.begin, chunk.end, i === places.length - 2));
    observer.observe(chunk);
    return chunk;
  });
  pane.replaceChildren(...pane.chunks);
}

function redraw(pane) {
  pane.chunks.forEach((chunk) => { if (chunk.near) chunk.draw(); });
}

// Marks are {begin, end, …}; every piece of text between two of their ends is an element of its own.
function draw(chunk, text, marks) {
  const places = new Set([chunk.begin, chunk.end]);
  for (const mark of marks)
    for (const place of [mark.begin, mark.end])
      if (place > chunk.begin && place < chunk.end) places.add(place);
  const sorted = [...places].sort((a, b) => a - b);
  const empty = marks.filter((mark) => mark.begin === mark.end);
  const solid = marks.filter((mark) => mark.begin < mark.end).sort((a, b) => a.begin - b.begin);
  const parts = [];
  let open = [], next = 0, nextEmpty = 0;
  empty.sort((a, b) => a.begin - b.begin);
  sorted.forEach((begin, i) => {
    for (; nextEmpty < empty.length && empty[nextEmpty].begin <= begin; nextEmpty++)
      parts.push(piece("", begin, [empty[nextEmpty]]));
    if (i + 1 === sorted.length) return;
    const end = sorted[i + 1];
    open = open.filter((mark) => mark.end > begin);
    for (; next < solid.length && solid[next].begin <= begin; next++) open.push(solid[next]);
    const inner = text.slice(begin, end);
    parts.push(open.length ? piece(inner, begin, open, end) : at(document.createTextNode(inner), begin));
  });
  chunk.replaceChildren(...parts);
}

function at(node, begin) {
  node.begin = begin;
  return node;
}

function hueOf(label) {
  let hash = 7;
  for (const char of label) hash = (hash * 31 + char.codePointAt(0)) % 3600;
  return { PERSON: 210, ORG: 275, LOC: 130, MISC: 30, DATE: 185, MONEY: 60 }[label] ?? hash / 10;
}

function piece(text, begin, marks, end = begin) {
  const node = at(document.createElement("span"), begin);
  node.textContent = text;
  for (const mark of marks) {
    if (mark.change !== undefined) {
      node.classList.add("change");
      node.change = mark.change;
      if (mark.begin === mark.end) node.classList.add("cut");
      else if (!text.trim()) {
        node.classList.add("blank");
        node.dataset.blank = text.includes("\n") ? "↵" : "␣";
      }
      if (mark.change === chosen) node.classList.add("chosen");
    } else if (mark.here) {
      node.classList.add("here");
    } else {
      node.classList.add("span");
      node.classList.toggle("wide", mark.wide);
      node.style.setProperty("--hue", hueOf(mark.label));
      node.spans = (node.spans ?? []).concat(mark);
      if (mark.end === end && !mark.wide) {
        node.classList.add("label");
        node.dataset.label = mark.label;
      } else if (mark.begin === begin && mark.wide) {
        node.classList.add("opens");
        node.dataset.opens = mark.label;
      }
    }
  }
  return node;
}

// ---- What is marked

function changeMarks(begin, end, last, from, to) {
  const rows = changes(), marks = [];
  let i = after(rows, from, begin);
  while (i > 0 && rows[i - 1][to] >= begin) i--;
  for (; i < rows.length && rows[i][from] <= end; i++) {
    const row = rows[i];
    const touches = row[from] === row[to]
      ? row[from] >= begin && (row[from] < end || last)
      : row[from] < end && row[to] > begin;
    if (touches) marks.push({ begin: Math.max(row[from], begin), end: Math.min(row[to], end), change: i });
  }
  return marks;
}

function spanMarks(begin, end) {
  const marks = [];
  for (const [name, spans] of Object.entries(stage().layers)) {
    if (!isShown(name)) continue;
    const wide = WIDE.has(name);
    for (let i = wide ? 0 : Math.max(0, after(spans, 0, begin) - 50); i < spans.length && spans[i][0] < end; i++)
      if (spans[i][1] > begin)
        marks.push({ begin: spans[i][0], end: spans[i][1], label: spans[i][2], layer: name, wide });
  }
  return marks;
}

const sourceMarks = (begin, end, last) => changeMarks(begin, end, last, SOURCE_BEGIN, SOURCE_END)
  .concat(here && here.begin < end && here.end > begin ? [here] : []);
const resultMarks = (begin, end, last) => spanMarks(begin, end).concat(changeMarks(begin, end, last, BEGIN, END));

// ---- Controls

const panes = { source: element("source"), result: element("result") };

function say(text) {
  element("detail").textContent = text;
}

function stepName() {
  const ended = stage().end ? ` – ${stage().end}` : "";
  return `${current} of ${data.stages.length - 1}: ${stage().label}${ended}`;
}

function showRules() {
  const counts = new Map();
  for (const row of changes()) {
    const key = `${row[STAGE]}: ${row[RULE]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  element("rules").replaceChildren(...[...counts].map(([key, count]) => {
    const item = document.createElement("li");
    item.textContent = `${key} × ${count}`;
    return item;
  }));
}

function showLayers() {
  const boxes = Object.entries(stage().layers).map(([name, spans]) => {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = isShown(name);
    box.name = name;
    box.addEventListener("change", () => {
      layersOff.set(name, !box.checked);
      redraw(panes.result);
    });
    label.append(box, ` ${name} (${spans.length})`);
    return label;
  });
  element("layers").replaceChildren(...(boxes.length ? boxes : ["none yet"]));
}

function showPosition() {
  const count = changes().length;
  element("position").textContent = chosen < 0 ? `${count} changes` : `${chosen + 1} of ${count}`;
}

function show(step) {
  current = Math.max(0, Math.min(step, data.stages.length - 1));
  chosen = -1;
  here = null;
  element("step").value = current;
  element("step").setAttribute("aria-valuetext", stepName());
  element("step-name").textContent = stepName();
  element("result-heading").textContent = current ? `Result after ${stage().label}` : "The source, as it was read";
  fill(panes.source, sourceText, sourceMarks);
  fill(panes.result, stage().text, resultMarks);
  showLayers();
  showRules();
  showPosition();
}

function scrollTo(pane, place) {
  const chunk = pane.chunks.find((one) => place < one.end) ?? pane.chunks.at(-1);
  if (!chunk) return;
  chunk.near = true;
  chunk.draw();
  const node = [...chunk.childNodes].findLast((one) => one.begin <= place) ?? chunk;
  const range = document.createRange();
  range.selectNode(node);
  const box = range.getBoundingClientRect(), frame = pane.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom)
    pane.scrollTop += box.top - frame.top - frame.height / 3;
}

function choose(index, moves = true) {
  const rows = changes();
  if (!rows.length) return;
  chosen = (index + rows.length) % rows.length;
  here = null;
  redraw(panes.source);
  redraw(panes.result);
  say(describeChange(rows[chosen]));
  showPosition();
  if (!moves) return;
  scrollTo(panes.source, rows[chosen][SOURCE_BEGIN]);
  scrollTo(panes.result, rows[chosen][BEGIN]);
}

function chooseNothing() {
  chosen = -1;
  here = null;
  redraw(panes.source);
  redraw(panes.result);
  showPosition();
  say("Click into a text to see where it came from.");
}

// ---- Pointing and clicking

// The place in the text where a click landed.
function placeOf(event) {
  const range = document.caretRangeFromPoint
    ? document.caretRangeFromPoint(event.clientX, event.clientY)
    : document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const node = range?.startContainer ?? range?.offsetNode, offset = range?.startOffset ?? range?.offset;
  const owner = node?.begin !== undefined ? node : node?.parentNode;
  return owner?.begin === undefined ? null : owner.begin + offset;
}

function explainPlace(event) {
  const place = placeOf(event);
  if (place === null || place >= stage().text.length) return;
  const start = startOf(stage().text, place), origin = originOf(start);
  if (origin.change !== undefined) {
    choose(origin.change);
    return;
  }
  const char = charAt(sourceText, origin.place), begin = byteOf(origin.place);
  chosen = -1;
  here = { begin: origin.place, end: origin.place + char.length, here: true };
  redraw(panes.source);
  redraw(panes.result);
  showPosition();
  say(`${quote(char)} is ${bytes(begin, begin + encoder.encode(char).length)} of the source, as it stood`);
  scrollTo(panes.source, origin.place);
}

panes.result.addEventListener("click", (event) => {
  if (event.target.change !== undefined) choose(event.target.change);
  else explainPlace(event);
});

panes.source.addEventListener("click", (event) => {
  if (event.target.change !== undefined) {
    choose(event.target.change);
    return;
  }
  const place = placeOf(event);
  if (place === null || place >= sourceText.length) return;
  const char = charAt(sourceText, startOf(sourceText, place)), begin = byteOf(startOf(sourceText, place));
  say(`${quote(char)} is ${bytes(begin, begin + encoder.encode(char).length)} of the source, and was kept`);
});

function describePointed(node) {
  if (node.change !== undefined) return describeChange(changes()[node.change]);
  const describe = (span) => `${span.layer} ${span.label}: ${quote(stage().text.slice(span.begin, span.end))}`;
  return node.spans?.map(describe).join("; ");
}

for (const pane of Object.values(panes)) {
  pane.addEventListener("pointerover", (event) => {
    element("pointed").textContent = describePointed(event.target) ?? "Point at a change or a name.";
  });
}

element("step").addEventListener("input", (event) => show(Number(event.target.value)));
element("next").addEventListener("click", () => choose(chosen + 1));
element("previous").addEventListener("click", () => choose(chosen < 0 ? -1 : chosen - 1));
element("controls").addEventListener("submit", (event) => event.preventDefault());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.type === "range" && event.key.startsWith("Arrow")) return; // the slider's own keys
  const keys = {
    n: () => choose(chosen + 1), p: () => choose(chosen < 0 ? -1 : chosen - 1),
    ArrowRight: () => show(current + 1), ArrowLeft: () => show(current - 1), Escape: chooseNothing,
  };
  if (!keys[event.key]) return;
  keys[event.key]();
  event.preventDefault();
});

// ---- Start

document.title = `What ${data.pipeline || "the pipeline"} did to ${data.id || "the document"}`;
element("title").textContent = document.title;
element("lead").textContent = `${data.stages.length - 1} steps, ${encoder.encode(sourceText).length} bytes in, ` +
  `${encoder.encode(data.stages.at(-1).text).length} bytes out, ${data.stages.at(-1).changes.length} changes.`;
element("step").max = data.stages.length - 1;
show(current);
