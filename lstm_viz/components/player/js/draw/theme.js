// How large is everything, and in which colours? It follows from the window, the theme and the reader.

import { isDark } from "./ramps.js";
import { clamp } from "../model/format.js";
import { facesOfType } from "./surface.js";

const PHONE = 860; // pixels of width below which the page is a phone's: the belt runs down
const DESK = [1300, 768]; // pixels of a window for which sizes are given
const LARGEST = 1.25; // times those sizes on a large desk
const HALL = [1280, 720]; // pixels of a window for which sizes are given at presenter size
const LEAST = 640; // pixels of height below which the page scrolls instead of shrinking
const NARROW = [1040, 820]; // pixels of width below which controls take two rows, and that height then

// {palette, k, phone, presenting, ratio, height, faces, spaced}: k times the given sizes, ratio pixels of
// the screen to one of the page, the style of the player's least height, which type there is, whether
// the reader sets letters or words further apart.
export function lookOf(root, palettes, presenting) {
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  const phone = root.clientWidth < PHONE;
  const palette = palettes[isDark(ground) ? "dark" : "light"];
  return {
    palette,
    k: phone ? 1 : sizeOf(root, presenting),
    phone,
    presenting,
    ratio: window.devicePixelRatio,
    height: phone ? "" : heightOf(root, presenting),
    faces: facesOfType(),
    spaced: spacedOut(root.querySelector(".title")),
  };
}

function spacedOut(node) {
  const { letterSpacing, wordSpacing } = getComputedStyle(node);
  return [letterSpacing, wordSpacing].some((space) => parseFloat(space) > 0); // else "normal", or "0px"
}

export function sameLook(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name]);
}

function sizeOf({ clientWidth }, presenting) {
  const { innerHeight } = window;
  if (presenting) return clamp(Math.min(innerHeight / HALL[1], clientWidth / HALL[0]), 1, 2);
  return clamp(Math.min(innerHeight / DESK[1], clientWidth / DESK[0]), 1, LARGEST);
}

// Where the player begins on a page that is not scrolled: the page itself scrolls, or what holds it.
function topOf(root) {
  const holder = document.querySelector("[data-testid=stMain]");
  return root.getBoundingClientRect().top + window.scrollY + (holder?.scrollTop ?? 0);
}

// What the window leaves; what needs more takes it, and the page scrolls.
function heightOf(root, presenting) {
  const free = presenting ? window.innerHeight : window.innerHeight - topOf(root) - 8;
  const least = root.clientWidth < NARROW[0] ? NARROW[1] : LEAST;
  return `${Math.max(least, Math.floor(free))}px`;
}
