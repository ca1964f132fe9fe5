// Telegram's text with entities as DOM nodes. Offsets are UTF-16 units, as JavaScript counts.
"use strict";

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null && child !== ""));
  return node;
}

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

function rich(text, entities, act) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const holder = document.createDocumentFragment();
  fill(holder, text, 0, text.length, sorted, act);
  return holder;
}

function fill(holder, text, from, to, entities, act) {
  let at = from;
  let afterBlock = false;
  const plain = (until) => {
    let piece = text.slice(at, until);
    if (afterBlock) piece = piece.replace(/^\n/, "");
    if (piece) holder.append(piece);
    afterBlock = false;
  };
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    if (entity.offset >= at) {
      plain(entity.offset);
      const node = wrap(entity, text.slice(entity.offset, end), act);
      fill(node, text, entity.offset, end, entities.slice(index + 1, next), act);
      holder.append(node);
      at = end;
      afterBlock = BLOCKS.has(entity.type);
    }
    index = next;
  }
  plain(to);
}

function wrap(entity, words, act) {
  switch (entity.type) {
    case "spoiler":
      return el("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("open") });
    case "bot_command":
      return el("a", { href: "#", onclick: (event) => { event.preventDefault(); act(words); } });
    case "text_link":
    case "url": {
      const target = entity.url || (/^https?:/i.test(words) ? words : `http://${words}`);
      const safe = /^(https?|tg|tel|mailto):/i.test(target) ? target : "#";
      return el("a", { href: safe, target: "_blank", rel: "noreferrer noopener", title: target });
    }
    case "mention": case "text_mention": case "hashtag": case "phone_number": case "email":
      return el("span", { class: "link" });
    default:
      return el(TAGS[entity.type] || "span", { class: entity.type === "expandable_blockquote" ? "fold" : "" });
  }
}
