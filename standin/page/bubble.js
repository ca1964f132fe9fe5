// One message as a bubble: text, media, quote, buttons.
"use strict";

const PALETTE = ["#d0574f", "#4a8fd3", "#5c9e3f", "#b9659a", "#3f9d93", "#d18334", "#7a6fd0"];
const ZONE = new URLSearchParams(location.search).get("tz") || "Asia/Shanghai";
const CLOCK = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", weekday: "short", timeZone: ZONE });

const tint = (id) => PALETTE[Math.abs(Number(id) || 0) % PALETTE.length];
const fullName = (user) => (user ? [user.last_name, user.first_name].filter(Boolean).join("") || user.title : "");
const clock = (date) => CLOCK.format(new Date(date * 1000));
const fileUrl = (id) => `/control/file/${id}`;

function avatar(user) {
  const name = fullName(user);
  const face = el("span", { class: user.is_bot ? "face bot" : "face", title: name });
  face.style.setProperty("--tint", tint(user.id));
  face.append(user.is_bot ? icon("bot") : [...name].at(-1) || "?");
  return face;
}

function author(message) {
  if (message.sender_chat) return { id: message.sender_chat.id, first_name: WORDS.anonymous };
  return message.from || message.chat;
}

function gist(message) {
  const text = message.text || message.caption;
  if (text) return text.replace(/\s+/g, " ").slice(0, 60);
  if (message.photo) return WORDS.photo;
  if (message.voice) return WORDS.voice;
  if (message.video) return WORDS.video;
  if (message.video_note) return WORDS.videoNote;
  if (message.audio) return WORDS.audio;
  if (message.document) return message.document.file_name || WORDS.document;
  if (message.sticker) return message.sticker.emoji || WORDS.sticker;
  if (message.venue) return message.venue.title;
  if (message.location) return WORDS.location;
  if (message.contact) return WORDS.contact;
  return WORDS.deletedMessage;
}

function service(message) {
  const by = fullName(message.from);
  if (message.new_chat_members) return WORDS.joined(message.new_chat_members.map(fullName).join("、"), by);
  if (message.left_chat_member) return WORDS.left(fullName(message.left_chat_member), by);
  if (message.group_chat_created || message.supergroup_chat_created) return WORDS.created(by, message.chat.title);
  if (message.new_chat_title) return WORDS.retitled(message.new_chat_title);
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return WORDS.migrated;
  if (message.forum_topic_created) return WORDS.topicMade(message.forum_topic_created.name);
  if (message.pinned_message) return WORDS.pinnedBy(by, gist(message.pinned_message));
  return null;
}

function size(bytes) {
  return bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

function seconds(total) {
  return `${Math.floor((total || 0) / 60)}:${String((total || 0) % 60).padStart(2, "0")}`;
}

function picture(message) {
  const best = message.photo.at(-1);
  const image = el("img", { src: fileUrl(best.file_id), alt: WORDS.photo, class: "picture",
    onclick: () => showPhoto(fileUrl(best.file_id)) });
  image.style.aspectRatio = `${best.width} / ${best.height}`;
  return image;
}

function waves() {
  const heights = [5, 9, 14, 8, 16, 11, 6, 12, 17, 9, 5, 10, 15, 8, 12, 6, 9, 13, 7, 4];
  return el("span", { class: "waves" }, ...heights.map((h) => {
    const bar = el("i");
    bar.style.height = `${h}px`;
    return bar;
  }));
}

function media(message) {
  if (message.photo) return picture(message);
  if (message.voice || message.audio) {
    const sound = message.voice || message.audio;
    return el("div", { class: "voice" }, el("button", { class: "play", title: WORDS.voice, onclick: play }, icon("play")),
      waves(), el("small", {}, seconds(sound.duration)));
  }
  if (message.video || message.animation) {
    return el("div", { class: "video" }, icon("play"), el("small", {}, seconds((message.video || message.animation).duration)));
  }
  if (message.video_note) return el("div", { class: "video round" }, icon("play"));
  if (message.document) {
    return el("a", { class: "file", href: fileUrl(message.document.file_id), download: message.document.file_name },
      el("span", { class: "clip" }, icon("file")),
      el("span", {}, el("b", {}, message.document.file_name || WORDS.document), el("small", {}, size(message.document.file_size))));
  }
  if (message.sticker) return el("div", { class: "sticker" }, message.sticker.emoji || "🙂");
  if (message.location) return map(message);
  if (message.contact) {
    return el("div", { class: "file" }, avatar({ id: 5, first_name: message.contact.first_name }),
      el("span", {}, el("b", {}, message.contact.first_name), el("small", {}, message.contact.phone_number)));
  }
  return null;
}

function map(message) {
  const { latitude, longitude } = message.location;
  const label = message.venue ? `${message.venue.title} · ${message.venue.address}` : `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return el("div", { class: "map" }, el("div", { class: "streets" }, icon("pin")), el("small", {}, label));
}

function play(event) {
  const voice = event.currentTarget.parentElement;
  voice.classList.add("playing");
  setTimeout(() => voice.classList.remove("playing"), 2500);
}

function quote(message, seat) {
  const original = message.reply_to_message;
  if (!original) return null;
  const box = el("button", { class: "quote", onclick: () => seat.show(original.message_id) },
    el("b", {}, fullName(author(original))), el("span", {}, gist(original)));
  box.style.setProperty("--tint", tint(author(original)?.id));
  return box;
}

function inlineKeyboard(message, seat) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div", { class: "inline" }, ...rows.map((row, r) => el("div", {}, ...row.map((button, c) =>
    el("button", { class: button.style || "", onclick: (event) => seat.press(message, r, c, event.currentTarget) },
      button.text, button.url ? el("sup", {}, "↗") : "")))));
}

function origin(message) {
  const from = message.forward_origin;
  if (!from) return null;
  const name = from.sender_user ? fullName(from.sender_user) : from.sender_user_name || from.sender_chat?.title || "";
  return el("div", { class: "origin" }, `${WORDS.forwarded} ${name}`);
}

function tools(message, seat) {
  const row = el("span", { class: "tools" },
    el("button", { title: WORDS.reply, onclick: () => seat.startReply(message) }, icon("reply")),
    el("button", { title: "👍", onclick: () => seat.react(message, "👍") }, icon("like")));
  if (message.out && (message.text || message.caption)) {
    row.append(el("button", { title: WORDS.edit, onclick: () => seat.startEdit(message) }, icon("edit")));
  }
  if (message.out) row.append(el("button", { title: WORDS.remove, onclick: () => seat.remove(message) }, icon("trash")));
  return row;
}

// `album` holds the later messages of the same album.
function bubble(message, seat, { album = [], named, faced }) {
  const text = message.text?.replace(/^\/start \S+$/, "/start") ?? message.caption; // as Telegram hides a link's payload
  const entities = message.entities || message.caption_entities;
  const who = author(message);
  const pictures = album.length
    ? el("div", { class: "album" }, ...[message, ...album].map((item) => media(item) || ""))
    : media(message);
  const bare = !text && (message.sticker || message.video_note);
  const box = el("div", { class: `bubble${bare ? " bare" : ""}${message.photo && !text ? " picture-only" : ""}` });
  if (named) {
    const name = el("div", { class: "name" }, fullName(who));
    name.style.color = tint(who.id);
    box.append(name);
  }
  for (const part of [origin(message), quote(message, seat), pictures]) if (part) box.append(part);
  const stamp = () => el("span", { class: "when" }, message.edit_date && !onlyButtons(message) ? `${WORDS.edited} ` : "",
    clock(message.date), message.out ? el("i", {}, "✓✓") : "");
  if (text) {
    const room = stamp(); // keeps the last line clear of the time, which lies over its end
    room.classList.add("room");
    box.append(el("div", { class: "text" }, rich(text, entities, (words) => seat.say(words)), room));
  }
  if (message.reactions) box.append(el("div", { class: "reactions" }, ...[...new Set(message.reactions)].map((emoji) =>
    el("span", {}, emoji === "👍" ? icon("like") : emoji, message.reactions.filter((other) => other === emoji).length > 1 ? ` ${message.reactions.filter((other) => other === emoji).length}` : ""))));
  box.append(stamp());
  const keyboard = inlineKeyboard(message, seat);
  const column = el("div", { class: "column" }, box, keyboard || "");
  const row = el("article", { class: message.out ? "row out" : "row", "data-id": message.message_id },
    seat.inGroup && !message.out ? (faced ? avatar(who) : el("span", { class: "face none" })) : "", column, tools(message, seat));
  box.addEventListener("dblclick", () => seat.startReply(message));
  return row;
}

function onlyButtons(message) {
  return message.from?.is_bot && !message.text && !message.caption;
}
