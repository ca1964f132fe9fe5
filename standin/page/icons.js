// Line icons, so that the page looks the same on a machine without an emoji font.
"use strict";
const PATHS = {
  bot: "M12 3v3M7 6h10a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V9a3 3 0 0 1 3-3zM9 11v2M15 11v2M9.5 16h5M4 12H2M22 12h-2",
  clip: "M20.5 11.5l-8.8 8.8a5.6 5.6 0 0 1-8-8l8.9-8.8a3.8 3.8 0 0 1 5.3 5.3l-8.8 8.8a1.9 1.9 0 0 1-2.7-2.6l8.2-8.2",
  mic: "M12 2a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V5a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v4M8.5 22h7",
  send: "M21 3L10.5 13.5M21 3l-6.6 18-3.9-7.5L3 9.6z",
  reply: "M9 6L3.5 11.5 9 17M4 11.5h9a7 7 0 0 1 7 7",
  like: "M7 21V10.5M7 10.5L11.3 2.8a2.4 2.4 0 0 1 2.4 2.6L13 9h5.6a2.3 2.3 0 0 1 2.3 2.7l-1.3 7a2.6 2.6 0 0 1-2.6 2.3H3V10.5z",
  edit: "M4 20l1-4.5L16.6 3.9a2.1 2.1 0 0 1 3 3L8 18.5zM14.5 6l3 3",
  trash: "M4 6.5h16M9 6V3.5h6V6M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6",
  pin: "M12 21.5s7-6.3 7-11.8A7 7 0 0 0 5 9.7c0 5.5 7 11.8 7 11.800zM12 12.300a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.200z",
  file: "M6 2.500h8l5 5v14H6zM14 2.500v5h5M9 13h7M9 17h7",
  play: "M8 5l11 7-11 7z",
  link: "M10 14a4.5 4.5 0 0 0 6.5 0l3-3a4.6 4.6 0 0 0-6.5-6.500l-1.5 1.500M14 10a4.5 4.5 0 0 0-6.5 0l-3 3a4.6 4.6 0 0 0 6.5 6.500l1.5-1.5",
  ban: "M12 21.500a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19zM5.3 5.300l13.4 13.4",
  image: "M3.5 4.500h17v15h-17zM3.5 16l5-5 4 4 3-3 5 5M15.5 9.500h.01",
  camera: "M3 8h4l2-3h6l2 3h4v11.500H3zM12 16.800a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.200z",
  video: "M3 6h12v12H3zM15 10.500l6-3.500v10l-6-3.500z",
  user: "M12 11.500a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.400zM4 21a8 8 0 0 1 16 0",
  down: "M6 9.500l6 6 6-6",
  slash: "M15 4L9 20",
  more: "M12 5.500h.01M12 12h.01M12 18.500h.01",
  close: "M6 6l12 12M18 6L6 18",
};

function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", `icon-${name}`);
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  picture.append(path);
  return picture;
}
