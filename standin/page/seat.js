// One phone: who holds it, which chat is open, and everything that can be done there.
"use strict";

async function api(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(`/control/${path}`, options);
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error || answer.status);
  return data;
}

async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    toast(WORDS.failed + problem.message);
    return null;
  }
}

const present = (group) => group.members.filter((m) => !["left", "kicked"].includes(m.status)).map((m) => m.id);

class Seat {
  constructor(root, side) {
    this.root = root;
    this.side = side; // "left": residents, "right": staff
    this.who = 0;
    this.chat = 0;
    this.messages = new Map();
    this.nodes = new Map();
    this.since = 0;
    this.seen = {}; // chat key -> version that was looked at
    this.replying = null;
    this.editing = null;
    this.sheet = "";
    this.build();
  }

  get inGroup() { return this.chat < 0; }

  build() {
    this.people = el("div", { class: "people" });
    this.title = el("div", { class: "title" });
    this.tabs = el("div", { class: "tabs" });
    this.pinned = el("button", { class: "pinned", hidden: true });
    this.list = el("div", { class: "list" });
    this.down = el("button", { class: "down", hidden: true, title: WORDS.newMessages, onclick: () => this.bottom() }, icon("down"));
    this.context = el("div", { class: "context", hidden: true });
    this.input = el("textarea", { rows: 1, placeholder: WORDS.message, onkeydown: (event) => this.key(event), oninput: () => this.grow() });
    this.menuButton = el("button", { class: "menu", title: WORDS.menu, onclick: () => this.toggle("menu") }, icon("slash"));
    this.bar = el("div", { class: "bar" },
      this.menuButton,
      el("button", { class: "icon", title: WORDS.attach, onclick: () => this.toggle("attach") }, icon("clip")),
      this.input,
      el("button", { class: "icon", title: WORDS.sampleVoice, onclick: () => this.send({ voice: "sample" }) }, icon("mic")),
      el("button", { class: "go", title: WORDS.send, onclick: () => this.submit() }, icon("send")));
    this.startBar = el("button", { class: "start", hidden: true });
    this.sheetBox = el("div", { class: "sheet", hidden: true });
    this.keyboard = el("div", { class: "keyboard", hidden: true });
    this.list.addEventListener("scroll", () => { if (this.atBottom()) this.down.hidden = true; });
    this.root.append(
      el("div", { class: "who" }, el("h2", {}, WORDS[this.side === "left" ? "resident" : "staff"]), this.people),
      el("div", { class: "phone" }, el("div", { class: "head" }, this.title, this.tabs), this.pinned,
        el("div", { class: "scroll" }, this.list, this.down), this.context, this.sheetBox, this.startBar, this.bar, this.keyboard));
  }

  // the cast

  cast(state) {
    if (!this.state) for (const [key, chat] of Object.entries(state.chats)) this.seen[key] = chat.version;
    this.state = state;
    const groups = state.groups.filter((group) => !group.migrated_to);
    const staff = this.side === "right";
    this.groups = groups;
    this.group = groups.find((group) => group.id === this.group?.id) || groups.at(-1);
    const members = new Set((staff ? (this.group ? [this.group] : []) : groups).flatMap(present));
    this.users = state.users.filter((user) => members.has(user.id) === staff);
    this.bot = state.bots.find((bot) => bot.id === this.bot?.id) || state.bots.at(-1);
    if (!this.users.some((user) => user.id === this.who)) {
      this.who = this.users[0]?.id || 0;
      this.since = 0;
    }
    const wanted = this.open === "private" || !staff ? this.bot?.id : this.group?.id;
    if (wanted && (wanted !== this.chat || !this.since)) this.switchTo(this.who, wanted);
    this.drawPeople();
    this.drawHead();
  }

  key_(who, chat) { return chat < 0 ? String(chat) : `${chat}:${who}`; }

  unread(who, chat) {
    const key = this.key_(who, chat);
    const version = this.state.chats[key]?.version || 0;
    return version > (this.seen[key] || 0) && !(who === this.who && chat === this.chat);
  }

  drawPeople() {
    const pills = this.users.map((user) => {
      const dot = this.bot && this.unread(user.id, this.bot.id);
      return el("button", { class: user.id === this.who ? "pill on" : "pill", onclick: () => this.be(user.id) },
        avatar(user), el("span", {}, fullName(user)), dot ? el("i", { class: "dot" }) : "");
    });
    const add = el("button", { class: "pill add", title: this.side === "left" ? WORDS.addResident : WORDS.addStaff, onclick: () => this.addPerson() }, "＋");
    this.people.replaceChildren(...(pills.length ? pills : [el("span", { class: "nobody" }, WORDS.nobody)]), ...(this.side === "left" || this.group ? [add] : []));
  }

  drawHead() {
    const chat = this.inGroup ? this.group : this.bot;
    if (!chat) {
      this.title.replaceChildren(el("b", {}, this.side === "left" ? WORDS.noBot : WORDS.noGroup));
      return;
    }
    const face = this.inGroup ? { id: chat.id, first_name: chat.title } : { ...chat, is_bot: true };
    const line = this.typing ? WORDS.typing : this.inGroup ? WORDS.members(present(chat).length) : WORDS.bot;
    this.title.replaceChildren(avatar(face), el("div", {}, el("b", {}, this.inGroup ? chat.title : chat.first_name), el("small", { class: this.typing ? "busy" : "" }, line)));
    this.drawTabs();
  }

  drawTabs() {
    const tabs = [];
    if (this.side === "right" && this.group && this.bot) {
      const several = this.groups.length > 1;
      for (const group of this.groups) {
        tabs.push(this.tab(group.id, several ? group.title : WORDS.group, () => { this.open = "group"; this.group = group; }));
      }
      tabs.push(this.tab(this.bot.id, WORDS.private, () => { this.open = "private"; }));
    }
    if (!this.inGroup) tabs.push(el("button", { class: "dots", title: "⋯", onclick: () => this.toggle("more") }, icon("more")));
    this.tabs.replaceChildren(...tabs);
  }

  tab(chat, words, choose) {
    const act = () => {
      choose();
      this.cast(this.state);
    };
    return el("button", { class: chat === this.chat ? "on" : "", title: words, onclick: act },
      el("span", {}, words), this.unread(this.who, chat) ? el("i", { class: "dot" }) : "");
  }

  be(who) {
    this.switchTo(who, this.chat);
    this.cast(this.state);
  }

  async addPerson() {
    const right = this.side === "right";
    const answer = await ask(right ? WORDS.addStaff : WORDS.addResident, [
      { name: "last_name", label: WORDS.lastName }, { name: "first_name", label: WORDS.firstName, required: true },
      { name: "language_code", label: WORDS.language, options: { "zh-hans": WORDS.simplified, "zh-hant": WORDS.traditional, en: WORDS.english } },
    ]);
    if (!answer) return;
    await attempt(async () => {
      const user = await api("users", answer);
      if (right) await api("members/add", { group: this.group.id, member: user.id });
      this.switchTo(user.id, this.chat);
      await refreshState();
    });
  }

  // the chat

  switchTo(who, chat) {
    if (who === this.who && chat === this.chat && this.since) return;
    this.who = who;
    this.chat = chat;
    this.messages.clear();
    this.nodes.clear();
    this.list.replaceChildren();
    this.since = 0;
    this.lastNew = 0;
    this.cancel();
    this.close();
    this.refresh(true);
  }

  async refresh(first = false) {
    if (!this.chat || !this.who) return;
    const { who, chat } = this;
    const view = await api(`chat/${chat}?as=${who}&since=${this.since}`).catch(() => null);
    if (!view || who !== this.who || chat !== this.chat) return;
    const stick = first || this.atBottom();
    this.since = view.n;
    this.seen[view.chat.key] = view.n;
    for (const message of view.messages) {
      if (message.deleted) this.messages.delete(message.message_id);
      else this.messages.set(message.message_id, message);
    }
    Object.assign(this, { commands: view.commands, pins: view.pinned });
    this.drawMessages();
    this.drawFoot(view);
    if (this.typing !== view.typing) {
      this.typing = view.typing;
      this.drawHead();
      if (view.typing) setTimeout(() => { this.refresh(); }, 5200);
    }
    if (view.messages.length) {
      if (stick || view.messages.at(-1).out) this.bottom();
      else this.down.hidden = false;
    }
  }

  drawMessages() {
    const shown = [...this.messages.values()].sort((a, b) => a.message_id - b.message_id).slice(-250);
    const nodes = [];
    let day = "";
    for (let index = 0; index < shown.length; index += 1) {
      const message = shown[index];
      const today = DAY.format(new Date(message.date * 1000));
      if (today !== day) nodes.push(this.cached(`day ${today}`, () => el("div", { class: "service day" }, el("span", {}, today))));
      day = today;
      const words = service(message);
      if (words) {
        nodes.push(this.cached(`service ${message.message_id}`, () => el("div", { class: "service" }, el("span", {}, words))));
        continue;
      }
      const album = [];
      while (message.media_group_id && shown[index + 1]?.media_group_id === message.media_group_id) album.push(shown[(index += 1)]);
      const same = (other) => other && !service(other) && author(other).id === author(message).id;
      const before = shown[index - album.length - 1];
      const named = this.inGroup && !message.out && !same(before);
      const faced = !same(shown[index + 1]);
      const stamp = [message, ...album].map((item) => `${item.message_id}.${item.version}`).join();
      nodes.push(this.cached(`${stamp} ${named} ${faced}`, () => bubble(message, this, { album, named, faced })));
    }
    const wanted = new Set(nodes);
    for (const [key, node] of this.nodes) if (!wanted.has(node)) this.nodes.delete(key);
    const top = this.list.scrollTop;
    this.list.replaceChildren(...nodes);
    this.list.scrollTop = top;
  }

  cached(key, make) {
    if (!this.nodes.has(key)) this.nodes.set(key, make());
    return this.nodes.get(key);
  }

  drawFoot(view) {
    const fresh = !this.inGroup && (!view.started || view.blocked);
    this.startBar.hidden = !fresh;
    this.bar.hidden = fresh;
    this.startBar.textContent = view.blocked ? WORDS.restart : WORDS.start;
    this.startBar.onclick = () => attempt(async () => {
      if (view.blocked) await api("unblock", { user: this.who, bot: this.chat });
      if (!view.started || view.blocked) await api("send", { from: this.who, chat: this.chat, text: "/start" });
    });
    if (fresh && !this.messages.size) {
      const words = this.bot?.description || WORDS.emptyDescription;
      this.list.replaceChildren(el("div", { class: "welcome" }, el("b", {}, this.bot?.first_name || ""), el("p", {}, words)));
    }
    this.menuButton.hidden = !view.commands.length;
    this.drawKeyboard(fresh ? null : view.keyboard);
    const pin = this.messages.get(view.pinned.at(-1));
    this.pinned.hidden = !pin;
    if (pin) {
      this.pinned.replaceChildren(el("b", {}, WORDS.pinned), el("span", {}, gist(pin)));
      this.pinned.onclick = () => this.show(pin.message_id);
    }
    if (view.force_reply && this.forced !== view.force_reply && this.messages.has(view.force_reply)) {
      this.forced = view.force_reply;
      this.startReply(this.messages.get(view.force_reply));
    }
  }

  drawKeyboard(markup) {
    this.keyboard.hidden = !markup;
    if (!markup) return;
    this.keyboard.replaceChildren(...markup.keyboard.map((row) => el("div", {}, ...row.map((button) =>
      el("button", { onclick: () => this.pressKey(button) }, button.text)))));
    this.input.placeholder = markup.input_field_placeholder || WORDS.message;
  }

  pressKey(button) {
    if (button.request_location) return this.send({ location: HOME });
    if (button.request_contact) return this.sharePhone();
    return this.say(button.text);
  }

  sharePhone() {
    const user = this.users.find((other) => other.id === this.who);
    return this.send({ contact: { phone_number: `1380000${String(this.who).padStart(4, "0").slice(-4)}`, first_name: fullName(user), user_id: this.who } });
  }

  atBottom() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60; }

  bottom() {
    this.down.hidden = true;
    const go = () => { this.list.scrollTop = this.list.scrollHeight; };
    go();
    requestAnimationFrame(go);
    for (const image of this.list.querySelectorAll("img")) if (!image.complete) image.addEventListener("load", go, { once: true });
  }

  show(messageId) {
    const row = this.list.querySelector(`[data-id="${messageId}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: "smooth" });
    row.classList.add("flash");
    setTimeout(() => row.classList.remove("flash"), 1600);
  }

  // writing

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.cancel();
      this.close();
    }
  }

  grow() {
    if (!this.input.offsetParent) return; // not shown: it has no height to measure
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const editing = this.editing;
    this.input.value = "";
    this.grow();
    if (editing) {
      this.cancel();
      const field = editing.text === undefined ? "caption" : "text";
      await attempt(() => api("edit", { from: this.who, chat: this.chat, message_id: editing.message_id, [field]: text }));
    } else {
      await this.say(text);
    }
  }

  say(text) { return this.send({ text }); }

  async send(content) {
    const reply = this.replying ? { reply_to: this.replying.message_id } : {};
    this.cancel();
    this.close();
    await attempt(() => api("send", { from: this.who, chat: this.chat, ...reply, ...content }));
    this.bottom();
  }

  async press(message, row, col, button) {
    const wanted = message.reply_markup.inline_keyboard[row][col];
    if (wanted.url) {
      window.open(wanted.url, "_blank", "noopener");
      return;
    }
    button.classList.add("busy");
    const answer = await attempt(() => api("press", { from: this.who, chat: this.chat, message_id: message.message_id, row, col }));
    button.classList.remove("busy");
    if (!answer) return;
    if (!answer.answered) toast(WORDS.noAnswer, this);
    else if (answer.text && answer.show_alert) alertBox(answer.text);
    else if (answer.text) toast(answer.text, this);
  }

  react(message, emoji) {
    const mine = (message.reactions || []).includes(emoji) ? null : emoji;
    return attempt(() => api("react", { from: this.who, chat: this.chat, message_id: message.message_id, emoji: mine }));
  }

  remove(message) {
    return attempt(() => api("delete", { from: this.who, chat: this.chat, message_id: message.message_id }));
  }

  startReply(message) {
    this.cancel();
    this.replying = message;
    this.drawContext(`${WORDS.replyTo} ${fullName(author(message))}`, gist(message));
  }

  startEdit(message) {
    this.cancel();
    this.editing = message;
    this.input.value = message.text ?? message.caption ?? "";
    this.grow();
    this.drawContext(WORDS.editing, gist(message));
  }

  drawContext(title, words) {
    this.context.hidden = false;
    this.context.replaceChildren(el("div", {}, el("b", {}, title), el("span", {}, words)),
      el("button", { title: WORDS.cancel, onclick: () => this.cancel() }, icon("close")));
    this.input.focus();
  }

  cancel() {
    if (this.editing) this.input.value = "";
    this.replying = this.editing = null;
    this.context.hidden = true;
    this.grow();
  }

  // sheets

  toggle(name) {
    const again = this.sheet === name;
    const stick = this.atBottom();
    this.close();
    if (again) return;
    this.sheet = name;
    this.sheetBox.replaceChildren(...this[`${name}Items`]());
    this.sheetBox.className = `sheet ${name}`;
    this.sheetBox.hidden = false;
    if (stick) this.bottom();
  }

  close() {
    this.sheet = "";
    this.sheetBox.hidden = true;
  }

  item(sign, words, act, note = "") {
    return el("button", { onclick: () => { this.close(); act(); } }, el("span", {}, icon(sign)), el("span", {}, words), note ? el("small", {}, note) : "");
  }

  menuItems() {
    return (this.commands || []).map((command) => this.item("slash", `/${command.command}`, () => this.say(`/${command.command}`), command.description));
  }

  attachItems() {
    const samples = Object.entries(WORDS.samplePhoto).map(([name, words]) => this.item("image", words, () => this.send({ photo: name, ...this.caption() })));
    return [
      this.item("camera", WORDS.ownPhoto, () => this.pick("photo")),
      ...samples,
      this.item("image", WORDS.album, () => this.send({ album: [{ photo: "rubbish" }, { photo: "leak" }], ...this.caption() })),
      this.item("mic", WORDS.sampleVoice, () => this.send({ voice: "sample" })),
      this.item("video", WORDS.sampleVideo, () => this.send({ video: "sample", ...this.caption() })),
      this.item("file", WORDS.ownFile, () => this.pick("document")),
      this.item("pin", WORDS.shareLocation, () => this.send({ location: HOME })),
      this.item("user", WORDS.sharePhone, () => this.sharePhone()),
    ];
  }

  moreItems() {
    return [
      this.item("link", WORDS.deepLink, () => this.deepLink()),
      this.item("ban", WORDS.block, () => attempt(() => api("block", { user: this.who, bot: this.chat }))),
    ];
  }

  async deepLink() {
    const answer = await ask(WORDS.deepLink, [{ name: "payload", label: WORDS.payload, required: true }]);
    if (answer) await this.say(`/start ${answer.payload}`);
  }

  caption() {
    const caption = this.input.value.trim();
    this.input.value = "";
    return caption ? { caption } : {};
  }

  pick(kind) {
    const picker = document.getElementById("file");
    picker.accept = kind === "photo" ? "image/*" : "";
    picker.value = "";
    picker.onchange = async () => {
      const file = picker.files[0];
      if (!file) return;
      const address = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(file);
      });
      await this.send({ [kind]: { base64: address.split(",")[1], name: file.name, mime: file.type }, ...this.caption() });
    };
    picker.click();
  }
}
