// Sizes and colours of everything, which depend on the window, the theme and the reader's settings.

import { clamp } from "../model/format.js";
import { isDark } from "./ramps.js";
import { facesOfType } from "./type.js";

const PHONE = 860; // pixels of width below which the page is a phone's: the belt runs down
const DESK = [1300, 768]; // pixels of a window for which sizes are given
const LARGEST = 1.25; // times those sizes on a large desk
const HALL = [1280, 720]; // pixels of a window for which sizes are given at presenter size
const LEAST = 640; // pixels of height below which the page scrolls instead of shrinking
const ROLES = ["page", "panel", "ink", "muted", "rule", "positive"]; // colours that the style sheet has by name
const NARROW = [1040, 820]; // pixels of width below which controls take two rows, and that height then

/**
 * @param {HTMLElement} root
 * @param {Record<string, Palette>} palettes
 * @param {boolean} presenting
 * @returns {Theme}
 */
export function themeOf(root, palettes, presenting) {
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  const phone = root.clientWidth < PHONE;
  return {
    palette: palettes[isDark(ground) ? "dark" : "light"],
    scale: phone ? 1 : scaleOf(root, presenting),
    phone,
    presenting,
    ratio: window.devicePixelRatio,
    height: phone ? "" : heightOf(root, presenting),
    faces: facesOfType(),
    spaced: isSpaced(root.querySelector(".title")),
  };
}

/**
 * The player takes on the theme of this moment, and returns it.
 * @param {HTMLElement} root
 * @param {Record<string, Palette>} palettes
 * @param {boolean} presenting
 */
export function applyTheme(root, palettes, presenting) {
  root.classList.toggle("presenting", presenting); // first: it decides where the player stands
  const theme = themeOf(root, palettes, presenting);
  root.classList.toggle("phone", theme.phone);
  root.classList.toggle("spaced", theme.spaced);
  root.style.minHeight = theme.height;
  for (const role of ROLES) root.style.setProperty(`--${role}`, theme.palette[role]);
  root.style.setProperty("--k", String(theme.scale));
  return theme;
}

/** Whether the reader sets letters or words further apart. @param {HTMLElement} node */
function isSpaced(node) {
  const { letterSpacing, wordSpacing } = getComputedStyle(node);
  return [letterSpacing, wordSpacing].some((space) => parseFloat(space) > 0); // else "normal", or "0px"
}

/** @param {Theme} one @param {Theme} other */
export function sameTheme(one, other) {
  const names = /** @type {(keyof Theme)[]} */ (Object.keys(one));
  return names.every((name) => one[name] === other[name]);
}

/** @param {HTMLElement} root @param {boolean} presenting */
function scaleOf({ clientWidth }, presenting) {
  const { innerHeight } = window;
  if (presenting) return clamp(Math.min(innerHeight / HALL[1], clientWidth / HALL[0]), 1, 2);
  return clamp(Math.min(innerHeight / DESK[1], clientWidth / DESK[0]), 1, LARGEST);
}

/** Where the player begins on a page that is not scrolled: the page itself scrolls, or what holds it.
 * @param {HTMLElement} root */
function topOf(root) {
  const holder = document.querySelector("[data-testid=stMain]");
  return root.getBoundingClientRect().top + window.scrollY + (holder?.scrollTop ?? 0);
}

/** What the window leaves; what needs more takes it, and the page scrolls.
 * @param {HTMLElement} root @param {boolean} presenting */
function heightOf(root, presenting) {
  const free = presenting ? window.innerHeight : window.innerHeight - topOf(root) - 8;
  const least = root.clientWidth < NARROW[0] ? NARROW[1] : LEAST;
  return `${Math.max(least, Math.floor(free))}px`;
}
