import type { ChainView } from '../protocol.ts';

/** Sizes in the drawing's own units, which are pixels at its natural size. */
export const box = { width: 190, height: 40, columnGap: 60, rowGap: 14, top: 28 } as const;

/** A drawing of a chain: columns of boxes from left to right, and curves between them. */
export interface ChainLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly { readonly x: number; readonly y: number }[];
  /** Paths of SVG, one for each edge. */
  readonly curves: readonly string[];
}

/** Places the nodes of a chain: each in its column, in the order of the nodes that lead to it. */
export function layoutOf({ columns, nodes, edges }: Pick<ChainView, 'columns' | 'nodes' | 'edges'>): ChainLayout {
  const rows = columns.map((_, column) => nodes.flatMap((node, index) => (node.column === column ? [index] : [])));
  const order = new Map<number, number>();
  for (const row of rows) {
    const weight = (node: number): number => {
      const neighbours = edges.flatMap(({ from, to }) => (to === node ? [order.get(from)] : from === node ? [order.get(to)] : [])).filter((place) => place !== undefined);
      return neighbours.length === 0 ? Number.POSITIVE_INFINITY : neighbours.reduce((sum, place) => sum + place, 0) / neighbours.length;
    };
    const weights = new Map(row.map((node) => [node, weight(node)]));
    row.sort((a, b) => compare(weights.get(a) ?? 0, weights.get(b) ?? 0) || a - b);
    for (const [place, node] of row.entries()) order.set(node, place);
  }
  const tallest = Math.max(1, ...rows.map((row) => row.length));
  const step = box.height + box.rowGap;
  const boxes = nodes.map((node, index) => {
    const inColumn = rows[node.column]?.length ?? 1;
    return { x: node.column * (box.width + box.columnGap), y: box.top + (tallest - inColumn) * step / 2 + (order.get(index) ?? 0) * step };
  });
  const curves = edges.map(({ from, to }) => curve(boxes[from], boxes[to]));
  return { width: columns.length * (box.width + box.columnGap) - box.columnGap, height: box.top + tallest * step, boxes, curves };
}

type Box = ChainLayout['boxes'][number];

function curve(from: Box | undefined, to: Box | undefined): string {
  if (from === undefined || to === undefined) return '';
  const [startX, startY, endX, endY] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
  // Boxes of one column are joined at their right side.
  if (from.x === to.x) return `M${String(startX)} ${String(startY)} C${String(startX + 30)} ${String(startY)} ${String(startX + 30)} ${String(endY)} ${String(startX)} ${String(endY)}`;
  const middle = (startX + endX) / 2;
  return `M${String(startX)} ${String(startY)} C${String(middle)} ${String(startY)} ${String(middle)} ${String(endY)} ${String(endX)} ${String(endY)}`;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
