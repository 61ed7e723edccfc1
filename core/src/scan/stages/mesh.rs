//! A grid that bends with the paper.
//!
//! Curled and crumpled paper is no plane: one projective map is off by modules in the middle of the code. So the map gets
//! a lattice of nodes, each with a small shift, between which it is linear. The shifts are found from the finder patterns
//! outwards: what a node's neighbours need, it will need too, nearly; around that it takes the shift at which its
//! modules are most clearly dark or light, and the known ones right. A module that straddles two others is grey.

use super::geometry::Point;
use super::linear::solve;
use super::patch::Patch;
use super::sample::Light;

/// Modules between nodes, about.
const SPACING: f32 = 3.0;

/// Steps of the first search and of the later ones, in modules, each finer.
const FIRST: [f32; 3] = [0.25, 0.12, 0.06];
const LATER: [f32; 3] = [0.2, 0.1, 0.05];
const ROUNDS: usize = 2;

/// How far around a node modules speak for its shift.
const FIRST_RADIUS: f32 = 4.0;
const LATER_RADIUS: f32 = 3.0;

/// How little change of shifts is expected: what keeps a slope small that hardly anything speaks for.
const SLOPE: f32 = 0.6;

/// What a shift costs by which it differs from its neighbours' by a module.
const STIFFNESS: f32 = 0.06;

/// What a module that is known beforehand weighs.
const KNOWN: f32 = 2.0;

/// How many modules of the quiet zone are looked at, and what each weighs.
const MARGIN: f32 = 1.0;
const QUIET: f32 = 1.0;

/// Shifts of a code's modules, in modules.
#[derive(Debug, Clone, PartialEq)]
pub struct Mesh {
    dimension: usize,
    nodes: usize,
    spacing: f32,
    shifts: Vec<Point>,
}

/// The shifts around a place: how they are there, and how they change a module on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Local {
    shift: Point,
    across: Point,
    down: Point,
}

impl Local {
    fn at(&self, offset: Point) -> Point {
        self.shift + self.across * offset.x + self.down * offset.y
    }
}

/// The node to go on with, and what those around let expect: the one that is clearest there.
fn clearest(frontier: &[Option<(f32, Local)>]) -> Option<(usize, Local)> {
    let open =
        frontier.iter().enumerate().filter_map(|(node, open)| open.map(|(clarity, local)| (clarity, node, local)));
    open.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node, local)| (node, local))
}

/// What speaks for a shift: the picture, dark and light around each module, and what modules are known to be.
pub struct Seen<'a> {
    /// A [`Patch::smoothed`].
    pub patch: &'a Patch,
    /// Around each module.
    pub light: &'a Light,
    /// As [`known`](super::pattern::known) gives them.
    pub known: &'a [i8],
}

impl Mesh {
    /// All modules where the map has them.
    pub fn flat(dimension: usize) -> Self {
        let gaps = (dimension as f32 / SPACING).round();
        let nodes = gaps as usize + 1;
        Self { dimension, nodes, spacing: dimension as f32 / gaps, shifts: vec![Point::default(); nodes * nodes] }
    }

    /// How far off a place lies.
    pub fn shift(&self, module: Point) -> Point {
        let last = (self.nodes - 2) as f32;
        let (gx, gy) = (module.x / self.spacing, module.y / self.spacing);
        let (x, y) = (gx.floor().clamp(0.0, last), gy.floor().clamp(0.0, last));
        let (fx, fy) = (gx - x, gy - y);
        let index = y as usize * self.nodes + x as usize;
        let (upper, lower) = (&self.shifts[index..index + 2], &self.shifts[index + self.nodes..index + self.nodes + 2]);
        let above = upper[0] + (upper[1] - upper[0]) * fx;
        let below = lower[0] + (lower[1] - lower[0]) * fx;
        above + (below - above) * fy
    }

    /// The largest shift.
    pub fn largest(&self) -> f32 {
        self.shifts.iter().map(|shift| shift.length()).fold(0.0, f32::max)
    }

    /// Bends to the picture.
    pub fn bend(&mut self, seen: &Seen<'_>) {
        let mut order: Vec<usize> = (0..self.shifts.len()).filter(|node| self.is_in_finder(*node)).collect();
        let mut is_done = vec![false; self.shifts.len()];
        let mut frontier: Vec<Option<(f32, Local)>> = vec![None; self.shifts.len()];
        for node in order.clone() {
            self.shifts[node] = self.search(seen, node, Point::default(), &Local::default(), FIRST, FIRST_RADIUS).1;
            is_done[node] = true;
        }
        order.iter().for_each(|node| self.advance(seen, *node, &is_done, &mut frontier));
        while let Some((node, expected)) = clearest(&frontier) {
            self.shifts[node] = self.search(seen, node, expected.shift, &expected, FIRST, FIRST_RADIUS).1;
            is_done[node] = true;
            frontier[node] = None;
            order.push(node);
            self.advance(seen, node, &is_done, &mut frontier);
        }
        for node in order.iter().cycle().take(ROUNDS * order.len()) {
            let Some(expected) = self.expected(*node, &is_done) else { continue };
            let [a, b] = [self.shifts[*node], expected.shift]
                .map(|start| self.search(seen, *node, start, &expected, LATER, LATER_RADIUS));
            self.shifts[*node] = if a.0 >= b.0 { a.1 } else { b.1 };
        }
    }

    /// The corners with finder patterns come first, since there the map is right.
    fn is_in_finder(&self, node: usize) -> bool {
        let place = self.place(node);
        let (near, far) = (7.5, self.dimension as f32 - 7.5);
        match (place.x <= near, place.y <= near) {
            (true, true) => true,
            (true, false) => place.y >= far,
            (false, true) => place.x >= far,
            (false, false) => false,
        }
    }

    /// Renews what is expected next to a node.
    fn advance(&self, seen: &Seen<'_>, node: usize, is_done: &[bool], frontier: &mut [Option<(f32, Local)>]) {
        let (x, y) = (node % self.nodes, node / self.nodes);
        let around = |at: usize| at.saturating_sub(1)..=(at + 1).min(self.nodes - 1);
        for neighbour in around(y).flat_map(|row| around(x).map(move |column| row * self.nodes + column)) {
            if !is_done[neighbour] {
                let clarity =
                    |expected: Local| (self.clarity(seen, self.place(neighbour), &expected, FIRST_RADIUS), expected);
                frontier[neighbour] = self.expected(neighbour, is_done).map(clarity);
            }
        }
    }

    /// What the shifts around let expect, going on as they change: an affine map fitted to them (weighted, the nearer the
    /// more). `None` where nothing around is known.
    fn expected(&self, node: usize, is_done: &[bool]) -> Option<Local> {
        let (x, y) = ((node % self.nodes) as i32, (node / self.nodes) as i32);
        let range = |at: i32| (at - 2).max(0)..=(at + 2).min(self.nodes as i32 - 1);
        let mut normal = [[0.0f32; 3]; 3];
        let mut right = [Point::default(); 3];
        let mut near = 0;
        for (column, row) in range(y).flat_map(|row| range(x).map(move |column| (column, row))) {
            let neighbour = row as usize * self.nodes + column as usize;
            if neighbour == node || !is_done[neighbour] {
                continue;
            }
            let (dx, dy) = ((column - x) as f32, (row - y) as f32);
            let weight = 1.0 / (dx * dx + dy * dy);
            near += usize::from(dx.abs() <= 1.0 && dy.abs() <= 1.0);
            for (i, left) in [1.0, dx, dy].into_iter().enumerate() {
                for (j, other) in [1.0, dx, dy].into_iter().enumerate() {
                    normal[i][j] += weight * left * other;
                }
                right[i] = right[i] + self.shifts[neighbour] * (weight * left);
            }
        }
        if near == 0 {
            return None;
        }
        normal[1][1] += SLOPE;
        normal[2][2] += SLOPE;
        let solved = |of: fn(&Point) -> f32| {
            let row = |nth: usize| [normal[nth][0], normal[nth][1], normal[nth][2], of(&right[nth])].map(f64::from);
            solve(&mut std::array::from_fn::<_, 3, _>(row)).map(|solution| solution.map(|value| value as f32))
        };
        let (x, y) = (solved(|right| right.x)?, solved(|right| right.y)?);
        let of = |unknown: usize| Point::new(x[unknown], y[unknown]);
        let per_module = 1.0 / self.spacing;
        Some(Local { shift: of(0), across: of(1) * per_module, down: of(2) * per_module })
    }

    fn place(&self, node: usize) -> Point {
        Point::new((node % self.nodes) as f32, (node / self.nodes) as f32) * self.spacing
    }

    /// The best shift near `start`, and how good it is: how clear all is there, less the distance from what is expected.
    fn search(
        &self,
        seen: &Seen<'_>,
        node: usize,
        start: Point,
        expected: &Local,
        steps: [f32; 3],
        radius: f32,
    ) -> (f32, Point) {
        let place = self.place(node);
        let score = |shift: Point| {
            let away = shift - expected.shift;
            self.clarity(seen, place, &Local { shift, ..*expected }, radius) - STIFFNESS * away.dot(away)
        };
        let mut best = (score(start), start);
        for step in steps {
            for _ in 0..2 {
                let around = best.1;
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    let shift = around + Point::new(dx as f32, dy as f32) * step;
                    let score = score(shift);
                    if score > best.0 {
                        best = (score, shift);
                    }
                }
                if best.1 == around {
                    break;
                }
            }
        }
        best
    }

    /// How clearly the modules around a place are dark or light, and the known ones right: 1 is perfect. Around the code
    /// all should be light.
    fn clarity(&self, seen: &Seen<'_>, place: Point, local: &Local, radius: f32) -> f32 {
        let side = self.dimension as i32;
        let around = |at: f32| {
            (at - radius).floor().max(-MARGIN) as i32..=(at + radius).floor().min(side as f32 - 1.0 + MARGIN) as i32
        };
        let columns = around(place.x);
        let step = local.across + Point::new(1.0, 0.0);
        let (mut sum, mut weights) = (0.0, 0.0);
        for y in around(place.y) {
            let first = Point::new(*columns.start() as f32 + 0.5, y as f32 + 0.5);
            let mut spot = first + local.at(first - place);
            let row = (y.clamp(0, side - 1) * side) as usize;
            for x in columns.clone() {
                let index = row + x.clamp(0, side - 1) as usize;
                let dark = ((seen.light.middle[index] - seen.patch.at(spot)) / seen.light.half[index]).clamp(-1.0, 1.0);
                let is_within = (0..side).contains(&x) && (0..side).contains(&y);
                let (weight, clear) = match seen.known[index] {
                    _ if !is_within => (QUIET, -dark),
                    0 => (1.0, dark * dark),
                    known => (KNOWN, dark * f32::from(known)),
                };
                sum += weight * clear;
                weights += weight;
                spot = spot + step;
            }
        }
        sum / weights
    }
}
