// What does an action change? Pure: the state goes in, changes come out, and the player carries them out.

import { sentenceStarts } from "./model/describe.js";
import { changedVotes } from "./model/votes.js";

/**
 * @typedef {{
 *   trace: TraceView, path: PredictionPath, view: View, turning: number, lastUnit: number | null,
 *   step: number, target: number, unit: number | null, playing: boolean, presenting: boolean,
 * }} State ``target`` and ``unit`` are where a movement under way leads
 */

/**
 * Each field that is there is carried out: go to a word, at once with ``jump``; look at a unit, or at all with
 * null; play until a word; rest; another view; ask the server; presenter size; zoom words or rows by a factor;
 * save a picture; put the number of the unit back.
 * @typedef {{
 *   step?: number, jump?: boolean, unit?: number | null, play?: number, rest?: boolean, view?: Partial<View>,
 *   request?: ServerRequest, present?: boolean, zoom?: number, rows?: number, picture?: "svg" | "png", reset?: boolean,
 * }} Changes
 */

/** @type {Record<string, (state: State, value: any) => Changes>} */
const ACTIONS = {
  play: ({ playing, trace }) => (playing ? { rest: true } : { play: trace.lastRead }),
  first: () => ({ step: 0, jump: true }),
  last: ({ trace }) => ({ step: trace.steps - 1, jump: true }),
  on: ({ target }) => ({ step: target + 1 }),
  back: ({ target }) => ({ step: target - 1 }),
  sentence: (state, way) => ({ step: sentenceFrom(state, way), jump: true }),
  turning: ({ trace, target, turning }) =>
    trace.precedes(target, turning) ? { play: turning } : { step: turning, jump: true },
  unit: (state, way) => ({ unit: neighbour(state, way) }),
  number: ({ trace }, unit) => (Number.isInteger(unit) && unit >= 0 && unit < trace.units ? { unit } : { reset: true }),
  depth: (state) => ({ unit: state.unit === null ? usualUnit(state) : null }),
  all: () => ({ unit: null }),
  one: (state) => ({ unit: usualUnit(state) }),
  layer: (_, layer) => ({ request: { layer } }),
  present: ({ presenting }) => ({ present: !presenting }),
  map: (_, quantity) => ({ view: { quantity } }),
  order: (_, order) => ({ view: { order } }),
  followed: (_, label) => ({ view: { label: Number(label) } }),
  speed: (_, speed) => ({ view: { speed: Number(speed) } }),
  loop: (_, loop) => ({ view: { loop } }),
  tint: (_, tint) => ({ view: { tint } }),
  zoom: (_, zoom) => ({ zoom }),
  rows: (_, rows) => ({ rows }),
  svg: () => ({ picture: "svg" }),
  png: () => ({ picture: "png" }),
};

/**
 * @param {State} state
 * @param {string} action
 * @param {any} value
 */
export function changesOf(state, action, value) {
  return ACTIONS[action](state, value);
}

/** The beginning of the next sentence, or of this one or the last. @param {State} state @param {number} way */
function sentenceFrom({ trace, target }, way) {
  const starts = sentenceStarts(trace.words);
  const found = way > 0 ? starts.find((start) => start > target) : starts.findLast((start) => start < target);
  return found ?? (way > 0 ? trace.steps - 1 : 0);
}

/** The next unit in the order, or the one before. @param {State} state @param {number} way */
function neighbour(state, way) {
  const { trace, view } = state;
  if (view.unit === null) return usualUnit(state);
  const order = trace.orders[view.order];
  const place = order.indexOf(view.unit) + way;
  return order[(place + order.length) % order.length];
}

/** The unit that was looked at last, or whose vote this word changed most. @param {State} state */
function usualUnit({ lastUnit, trace, path, step }) {
  return lastUnit ?? changedVotes(trace, path.label, step, 1)[0]?.[0] ?? 0;
}
