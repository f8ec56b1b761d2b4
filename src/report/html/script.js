// Filters, keys and the two views of a diff. The page can be read without it: each hunk stands in
// the page as text, and becomes a table when its file is unfolded. Text from files goes into text
// nodes alone.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const files = all(".file");
  const chips = all(".chip");
  const facets = all("[data-facet]");
  const search = byId("search");
  const splitButton = byId("split");
  let split = false;

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  // ---- what a line shows

  const HIDDEN =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

  const visible = (text) => {
    const parts = [];
    let end = 0;
    for (const found of text.matchAll(HIDDEN)) {
      const code = found[0].codePointAt(0).toString(16);
      parts.push(text.slice(end, found.index), element("span", "hidden-character", `\\u{${code}}`));
      end = found.index + 1;
    }
    return [...parts, text.slice(end)];
  };

  const KEYWORD =
    /^\s*(?:FROM|RUN|COPY|ADD|ENV|ARG|WORKDIR|USER|CMD|ENTRYPOINT|EXPOSE|VOLUME|LABEL|HEALTHCHECK|SHELL|STOPSIGNAL|ONBUILD|MAINTAINER)(?=\s)/i;

  // A line's text with its changed words marked, and its keyword or comment in their own colour.
  const code = (line) => {
    const text = line.text.endsWith("\r") ? line.text.slice(0, -1) : line.text;
    const keyword = KEYWORD.exec(text);
    const cuts = new Set([0, text.length]);
    if (keyword) cuts.add(keyword[0].length);
    for (const [start, end] of line.marks) {
      cuts.add(Math.min(start, text.length));
      cuts.add(Math.min(end, text.length));
    }
    const edges = [...cuts].sort((a, b) => a - b);
    const cell = element("code", /^\s*#/.test(text) ? "comment" : "");
    for (let index = 1; index < edges.length; index += 1) {
      const [start, end] = [edges[index - 1], edges[index]];
      const parts = visible(text.slice(start, end));
      const marked = line.marks.some((mark) => mark[0] <= start && end <= mark[1]);
      const isKeyword = keyword && end <= keyword[0].length;
      const inner = isKeyword ? [element("span", "keyword", ...parts)] : parts;
      cell.append(...(marked ? [element("mark", "", ...inner)] : inner));
    }
    return cell;
  };

  // ---- from the text of a hunk to a table

  const KINDS = { "+": "added", "-": "removed", " ": "same", "\\": "remark" };

  const linesOf = (pre) => {
    const marks = JSON.parse(pre.dataset.marks || "[]");
    let old = Number(pre.dataset.old);
    let fresh = Number(pre.dataset.new);
    const texts = pre.textContent.split("\n");
    if (texts.at(-1) === "") texts.pop();
    const lines = texts.map((text, index) => {
      const kind = KINDS[text[0]] || "same";
      const line = {
        kind,
        sign: kind === "same" || kind === "remark" ? " " : text[0] === "-" ? "−" : "+",
        text: text.slice(1),
        marks: marks.filter((mark) => mark[0] === index).map((mark) => mark.slice(1)),
        old: "",
        fresh: "",
      };
      if (index > 0 && kind !== "remark") {
        if (kind !== "added") line.old = old++;
        if (kind !== "removed") line.fresh = fresh++;
      }
      return line;
    });
    return lines.slice(1);
  };

  const number = (value) => {
    const cell = element("td", "number");
    if (value !== "") cell.dataset.number = value;
    return cell;
  };

  const cells = (line, value) => {
    if (!line) return [element("td", "number none"), element("td", "code none")];
    const sign = element("span", "sign", line.sign);
    const word = { added: "added", removed: "removed" }[line.kind];
    if (word) sign.setAttribute("aria-label", word);
    return [number(value), element("td", `code ${line.kind}`, sign, code(line))];
  };

  const unified = (lines) =>
    lines.map((line) => {
      const [, content] = cells(line, "");
      return element("tr", line.kind, number(line.old), number(line.fresh), content);
    });

  const sideBySide = (lines) => {
    const rows = [];
    let removed = [];
    let added = [];
    const flush = () => {
      for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
        const [left, right] = [removed[index], added[index]];
        rows.push(element("tr", "", ...cells(left, left?.old), ...cells(right, right?.fresh)));
      }
      [removed, added] = [[], []];
    };
    for (const line of lines) {
      if (line.kind === "removed") removed.push(line);
      else if (line.kind === "added") added.push(line);
      else {
        flush();
        rows.push(element("tr", line.kind, ...cells(line, line.old), ...cells(line, line.fresh)));
      }
    }
    flush();
    return rows;
  };

  const draw = (file) => {
    for (const pre of all("pre.diff", file)) {
      const lines = linesOf(pre);
      const body = element("tbody", "", ...(split ? sideBySide(lines) : unified(lines)));
      const table = element("table", split ? "rows split" : "rows", body);
      const box = element("div", "box", table);
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "diff");
      pre.parentElement.querySelector(".box")?.remove();
      pre.hidden = true;
      pre.after(box);
    }
    all("pre.header", file).forEach((pre) => (pre.hidden = true));
    file.dataset.drawn = split ? "split" : "unified";
  };

  const drawIfOpen = (file) => {
    if (file.open && file.dataset.drawn !== (split ? "split" : "unified")) draw(file);
  };

  const showSplit = (wanted) => {
    split = wanted;
    splitButton.setAttribute("aria-pressed", String(split));
    files.forEach(drawIfOpen);
  };

  document.addEventListener("toggle", (event) => {
    if (event.target.classList?.contains("file")) drawIfOpen(event.target);
  }, true);

  // ---- filters, kept in the address

  const pressed = () =>
    chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.status);

  const filter = () => {
    const statuses = pressed();
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const file of files) {
      const path = file.dataset.path.toLowerCase();
      const fits =
        (statuses.length === 0 || statuses.includes(file.dataset.status)) &&
        facets.every((facet) => !facet.value || file.dataset[facet.dataset.facet] === facet.value) &&
        words.every((word) => path.includes(word));
      file.hidden = !fits;
      if (fits) shown += 1;
    }
    byId("shown").textContent = String(shown);
    byId("empty").hidden = shown > 0 || files.length === 0;
    const state = new URLSearchParams();
    statuses.forEach((status) => state.append("status", status));
    facets.filter((facet) => facet.value).forEach((facet) => state.set(facet.dataset.facet, facet.value));
    if (search.value) state.set("path", search.value);
    const hash = state.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const restore = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const chip of chips) {
      chip.setAttribute("aria-pressed", String(state.getAll("status").includes(chip.dataset.status)));
    }
    for (const facet of facets) {
      const value = state.get(facet.dataset.facet) || "";
      facet.value = [...facet.options].some((option) => option.value === value) ? value : "";
    }
    search.value = state.get("path") || "";
  };

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  facets.forEach((facet) => facet.addEventListener("change", filter));
  search.addEventListener("input", filter);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  byId("reset").addEventListener("click", () => {
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    facets.forEach((facet) => (facet.value = ""));
    search.value = "";
    filter();
  });

  // ---- buttons

  splitButton.addEventListener("click", () => showSplit(!split));
  byId("unfold").addEventListener("click", (event) => {
    const shown = files.filter((file) => !file.hidden);
    const open = shown.some((file) => !file.open);
    shown.forEach((file) => (file.open = open));
    event.target.textContent = open ? "fold all" : "unfold all";
  });
  byId("help").addEventListener("click", () => byId("keys").showModal());

  // The diff as it was made: carriage returns and invisible characters included.
  const diffOf = (file) => all("pre.raw", file).map((pre) => pre.textContent).join("");

  const toClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = element("textarea", "offscreen");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  const copy = async (file) => {
    const done = await toClipboard(diffOf(file));
    const said = file.querySelector(".copied");
    said.textContent = done ? "copied" : "the browser does not allow it";
    setTimeout(() => (said.textContent = ""), 4000);
  };

  document.addEventListener("click", (event) => {
    if (event.target.classList?.contains("copy")) copy(event.target.closest(".file"));
  });

  // ---- keys

  const current = () => document.activeElement?.closest?.(".file");

  const step = (distance) => {
    const shown = files.filter((file) => !file.hidden);
    const at = shown.indexOf(current());
    const next = at < 0 ? (distance > 0 ? 0 : shown.length - 1) : at + distance;
    const summary = shown[next]?.querySelector("summary");
    summary?.focus();
    summary?.scrollIntoView({ block: "nearest" });
  };

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    s: () => showSplit(!split),
    "/": () => search.focus(),
    "?": () => byId("keys").showModal(),
    c: () => current()?.querySelector(".copy") && copy(current()),
  };

  document.addEventListener("keydown", (event) => {
    const typing = /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing && event.key === "Escape") event.target.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
    const action = KEYS[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  restore();
  filter();
  if (files.length === 1) files[0].open = true;
})();
