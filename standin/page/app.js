// Starts the two phones and keeps them up to date.
"use strict";

const HOME = { latitude: 31.23041, longitude: 121.4737 };
const byId = (id) => document.getElementById(id);

function toast(words, seat) {
  const box = el("div", { class: "toast" }, words);
  const place = seat?.root.querySelector(".phone");
  (place || byId("toasts")).append(box);
  setTimeout(() => box.remove(), 3500);
}

function alertBox(words) {
  const box = byId("alert");
  box.querySelector("p").textContent = words;
  box.querySelector("button").textContent = WORDS.ok;
  box.showModal();
}

function showPhoto(address) {
  const box = byId("photo");
  box.querySelector("img").src = address;
  box.showModal();
}

function ask(title, fields) {
  const box = byId("ask");
  box.querySelector("h2").textContent = title;
  const [no, yes] = box.querySelectorAll("menu button");
  no.textContent = WORDS.cancel;
  yes.textContent = WORDS.ok;
  const inputs = fields.map((field) => {
    const input = field.options
      ? el("select", { name: field.name }, ...Object.entries(field.options).map(([value, label]) => el("option", { value }, label)))
      : el("input", { name: field.name, required: Boolean(field.required), autocomplete: "off" });
    return el("label", {}, field.label, input);
  });
  box.querySelector(".fields").replaceChildren(...inputs);
  box.returnValue = "no";
  box.showModal();
  return new Promise((done) => {
    box.onclose = () => done(box.returnValue === "yes"
      ? Object.fromEntries(new FormData(box.querySelector("form")).entries()) : null);
  });
}

const seats = [new Seat(byId("left"), "left"), new Seat(byId("right"), "right")];

async function refreshState() {
  const state = await api("state");
  for (const seat of seats) seat.cast(state);
  return state;
}

async function follow() {
  let after = (await refreshState()).n;
  for (;;) {
    try {
      const news = await api(`events?after=${after}&timeout=25`);
      if (news.n < after) location.reload(); // another stand-in answers at this address
      if (news.n > after) {
        after = news.n;
        await refreshState();
        for (const seat of seats) {
          if (seat.chat && news.chats.includes(seat.key_(seat.who, seat.chat))) await seat.refresh();
        }
      }
      document.body.classList.remove("offline");
      await new Promise((done) => setTimeout(done, 120));
    } catch {
      document.body.classList.add("offline");
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

byId("brand").textContent = WORDS.brand;
byId("hint").textContent = WORDS.hint;
for (const button of document.querySelectorAll("[data-go]")) {
  button.textContent = button.dataset.go === "left" ? WORDS.resident : WORDS.staff;
  button.onclick = () => { document.body.dataset.side = button.dataset.go; };
}
byId("photo").onclick = () => byId("photo").close();
follow();
