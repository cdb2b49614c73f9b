// The shapes that the player's modules speak of; known everywhere by these names, without an import.

// --- classes, by their names ---

type TraceView = import("./trace_view.js").TraceView;
type Matrix = import("./matrix.js").Matrix;
type Frame = import("./frame.js").Frame;
type Motion = import("./motion.js").Motion;
type Ramp = import("../draw/ramps.js").Ramp;
type CanvasSurface = import("../draw/canvas.js").CanvasSurface;
type TimelineScene = import("../timeline/scene.js").TimelineScene;

// --- what is sent, see payload.py ---

type Kind = "LSTM" | "GRU" | "RNN";
type Direction = "forward" | "backward";
/** Number of the layer, from 0, and its direction. */
type Layer = [number, Direction];
/** The space before a word, the word, and whether the model knows it. */
type Word = [string, string, boolean];

interface ValueScale {
  encoding: "linear" | "tanh";
  low: number;
  high: number;
  ticks: [number, number, number];
}

interface Quantity {
  name: string;
  label: string;
  symbol: string;
  gate: boolean;
  color: string;
  scale: ValueScale;
}

/** Labels that share a band of the prediction; ``rest`` where they are those without one of their own. */
interface Band {
  label: string;
  labels: number[];
  rest: boolean;
}

interface Palette {
  name: string;
  power: number;
  [role: string]: any;
}

/** How words are tinted, see scales.py. */
interface TintLimits {
  least: number;
  full: number;
  numbered: number;
  ground: number;
  pale: number;
}

interface Menus {
  models: string[];
  model: string;
  examples: [string, string][];
  example: string;
  text_kind: string;
  max_length: number;
  unread_text: string;
}

interface ArrayHeader {
  name: string;
  dtype: "uint16" | "float32";
  low: number;
  high: number;
  rows: number;
  columns: number;
}

/** The facts in front of the arrays. */
interface Facts {
  format: number;
  id: string;
  about: string;
  experiment: string;
  words: Word[];
  tail: string;
  truncated: number;
  known: [number, number];
  readable: boolean;
  file: string;
  labels: string[];
  label: number;
  prior: number[];
  bias: number[] | null;
  bands: Band[];
  turningPoint: number;
  kind: Kind;
  quantities: Quantity[];
  orders: Record<string, number[]>;
  layers: Layer[];
  layer: Layer;
  step: number;
  unit: number | null;
  order: string;
  map: string;
  menus: Menus | null;
  tints: TintLimits;
  palettes: Record<string, Palette>;
  font: string;
  arrays: ArrayHeader[];
}

// --- what is looked at ---

/** From one place to another, in words or in rows; both may lie inside one. */
interface Span {
  from: number;
  to: number;
}

/** Where the reader stands, and what is looked at there. ``depth`` goes from 0, all units, to 1, one. */
interface View extends Span {
  position: number;
  unit: number | null;
  depth: number;
  order: string;
  quantity: string;
  label: number;
  rows: Span | null;
  tint: string;
  speed: number;
  loop: boolean;
}

/** What the timeline is drawn of; ``one`` says whether one unit is looked at. */
type TimelineView = Pick<View, "position" | "unit" | "order" | "quantity" | "label"> & { one: boolean };

/** How the probability of one label went, in shares of 1 and in percent as it is written. */
interface PredictionPath {
  label: number;
  prior: number;
  probability: Float32Array;
  change: Float32Array;
  priorPercent: number;
  percent: number[];
  points: number[];
}

/** The unit, the word and the order, as the server hears of them. */
interface Place {
  id: string;
  step: number;
  unit: number | null;
  order: string;
  map: string;
}

/** What the server is told. */
interface Server {
  chosen(place: Place): void;
  asked(what: ServerRequest & { place: Place }): void;
}

/** Something else to look at, that only the server has. */
interface ServerRequest {
  text?: string;
  live?: boolean;
  model?: string;
  example?: string;
  layer?: string;
}

/** A text of an equation and the role of its colour. */
type Piece = [text: string, role?: string];

// --- what is drawn, and on what ---

type Point = [x: number, y: number];
type Box = [x: number, y: number, width: number, height: number];

/** How large everything is, and in which colours. ``scale`` times the given sizes; ``ratio`` pixels of the
 * screen to one of the page, 0 where each unit has a row of its own; ``height`` is the player's least. */
interface Theme {
  palette: Palette;
  scale: number;
  phone: boolean;
  presenting: boolean;
  ratio: number;
  height: string;
  faces: number;
  spaced: boolean;
}

interface ShapeStyle {
  fill?: string;
  stroke?: string;
  width?: number;
  opacity?: number;
  dash?: number[];
  closed?: boolean;
  radius?: number;
}

/** A text wider than ``most`` is cut. */
interface TextStyle {
  size: number;
  weight?: number;
  fill?: string;
  align?: "left" | "center" | "right";
  most?: number;
}

interface RowStyle {
  down?: boolean;
  opacity?: number;
  outline?: Point[] | null;
}

/** The few shapes that a canvas and an SVG both know; a text stands on its base line. */
interface Surface {
  shape(points: Point[], style: ShapeStyle): void;
  box(box: Box, style: ShapeStyle): void;
  boxes(list: Box[], style: ShapeStyle): void;
  dot(x: number, y: number, radius: number, style: ShapeStyle): void;
  dots(list: Point[], radius: number, style: ShapeStyle): void;
  rows(box: Box, colors: Uint8ClampedArray, style: RowStyle): void;
  measured(string: string, size: number, weight: number): number;
  text(x: number, y: number, string: string, style: TextStyle): void;
}

/** Where a dot of a gate stands, and the unit that it is. */
type Hit = [x: number, y: number, unit: number];

/** What the cell is drawn with. */
interface CellScene {
  surface: Surface;
  frame: Frame;
  layout: CellLayout;
  view: Pick<View, "unit" | "depth" | "order">;
  theme: Theme;
}

// --- where the parts of a cell stand ---

interface Belt {
  name: string;
  box: Box;
  tail?: boolean;
  head?: boolean;
}

interface Slot {
  name: string;
  box: Box;
  role: string;
}

/** A pipe is as wide as the mean of a quantity; with ``rest`` as what is missing to 1. */
interface Pipe {
  name: string;
  points: Point[];
  role: string;
  rest?: boolean;
}

/** × or +, or a word in a capsule. */
interface Knot {
  at: Point;
  sign: string;
  role: string;
}

interface Gate {
  name: string;
  box: Box;
  low: number;
}

interface Arrow {
  at: Point;
  toward: "up" | "down" | "left" | "right";
}

/** ``value`` names the mean that stands beside the text, or below it with ``under``. Where the page is
 * narrow, ``brief`` stands in the place of the text, and a hint is left out. */
interface Label {
  at: Point;
  text: string;
  value?: string;
  align?: "left" | "center" | "right";
  under?: boolean;
  brief?: string;
  hint?: boolean;
}

/** A number of one unit. */
interface Tag {
  at: Point;
  text: string;
  value: string;
  align?: "left" | "center" | "right";
}

/** ``vertical`` where the belt runs down the page, as on a phone. ``bus`` are lines from the word and the
 * last output. ``legend`` is the box of the ramp of states. */
interface CellLayout {
  vertical: boolean;
  belts: Belt[];
  slots: Slot[];
  pipes: Pipe[];
  knots: Knot[];
  gates: Gate[];
  bus: Point[][];
  arrows: Arrow[];
  word: Box;
  last: Box | null;
  labels: Label[];
  tags: Tag[];
  legend: Box;
}

/** A layout as a kind of cell gives it: what is left out, there is none of. */
type CellParts = Partial<CellLayout> & Omit<CellLayout, "vertical" | "slots" | "pipes" | "knots" | "gates" | "tags">;

// --- where the parts of the timeline stand ---

interface Storey {
  top: number;
  bottom: number;
}

/** ``column`` is the width of a word, ``size`` how many words share a column of pixels. */
interface TimelineLayout extends Span {
  width: number;
  height: number;
  steps: number;
  rows: Span | null;
  left: number;
  right: number;
  column: number;
  size: number;
  phone: boolean;
  presenting: boolean;
  one: boolean;
  lens: Storey;
  curve: Storey;
  axis: Storey;
  bars: Storey | null;
  map: Storey;
}

/** A band with its lower and upper end after each word, or in each column; a colour of its own. */
interface StackedBand extends Band {
  color: number;
  low: ArrayLike<number>;
  high: ArrayLike<number>;
}

/** What the colours of a quantity mean. */
interface MapScale {
  ramp: Ramp;
  shade: (value: number) => number;
  ends: [number, number];
  low: number;
  high: number;
}

/** What a reader has asked of the page, by its name and with what it takes. */
type Act = (action: string, value?: any) => void;
