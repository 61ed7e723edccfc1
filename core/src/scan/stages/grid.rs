//! Where each module of a code lies, by its three finder patterns.

use super::geometry::{Point, Projective};
use super::grey::Grey;
use super::outline::{self, Outline, SIDE};
use super::triples::Triple;

/// A code's size, and the map from its modules to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Modules a side.
    pub dimension: usize,
    /// From modules, whose centres lie at halves, to pixels.
    pub map: Projective,
    /// How well the timing patterns are seen: 1 is perfect, 0 is noise.
    pub timing: f32,
}

impl Grid {
    /// Of three finder patterns, one for each number of modules that is likely by the size of the squares; the one at
    /// which the timing patterns are seen best comes first.
    pub fn of(grey: &Grey<'_>, outlines: &[Outline; 3]) -> Vec<Self> {
        let version = version(outlines);
        // The larger a code, the less sure the count of its modules by the size of its squares.
        let spread = 1 + version / 8;
        let grid = |version: i32| {
            let dimension = (17 + 4 * version) as usize;
            let map = Projective::fit(&pairs(outlines, dimension))?;
            Some(Self { dimension, map, timing: timing(grey, &map, dimension) })
        };
        let versions = (version - spread..=version + spread).filter(|version| (1..=40).contains(version));
        let mut grids: Vec<Self> = versions.filter_map(grid).collect();
        grids.sort_by(|a, b| b.timing.total_cmp(&a.timing));
        grids
    }

    /// With one more fixed point: where a module lies in the picture.
    #[must_use]
    pub fn with(&self, grey: &Grey<'_>, outlines: &[Outline; 3], module: Point, pixel: Point) -> Option<Self> {
        /// As much as the three corners of a square that fix its place.
        const WEIGHT: f32 = 3.0;
        let mut pairs = pairs(outlines, self.dimension);
        pairs.push((module, pixel, WEIGHT));
        let map = Projective::fit(&pairs)?;
        Some(Self { map, timing: timing(grey, &map, self.dimension), ..*self })
    }

    /// The outer corners of the symbol: top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [Point; 4] {
        let side = self.dimension as f32;
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| self.map.apply(Point::new(x, y)))
    }

    /// Its middle.
    pub fn centre(&self) -> Point {
        self.map.apply(Point::new(0.5, 0.5) * self.dimension as f32)
    }
}

/// The outlines of three finder patterns, along the code's own axes.
pub fn outlines(grey: &Grey<'_>, triple: &Triple) -> Option<[Outline; 3]> {
    let (to_right, to_down) =
        ((triple.top_right.centre - triple.top_left.centre), (triple.bottom_left.centre - triple.top_left.centre));
    let unit = |along: Point| along * (1.0 / along.length().max(f32::EPSILON));
    let (right, down) = (unit(to_right), unit(to_down));
    let outline = |finder: super::finder::Finder| {
        // Tilt makes the two axes unlike, so each is measured on its own.
        let pitch = |out: Point, other: Point| pitch(grey, finder.centre, out, other, finder.module);
        let (right, down) = ((right * pitch(right, down)), (down * pitch(down, right)));
        let rough = Outline::of(grey, finder.centre, right, down)?;
        // Once more along its own sides: those of a tilted code are not those between the centres.
        Outline::of(grey, rough.centre(), rough.right(), rough.down()).or(Some(rough))
    };
    Some([outline(triple.top_left)?, outline(triple.top_right)?, outline(triple.bottom_left)?])
}

/// Pixels a module along `out`: from where a finder pattern ends to both sides of its centre.
fn pitch(grey: &Grey<'_>, centre: Point, out: Point, other: Point, module: f32) -> f32 {
    let Some(threshold) = outline::threshold(grey, centre, out * module, other * module) else {
        return module;
    };
    let reach = |sign: f32| {
        let (mut changes, mut was_dark, mut distance) = (0, true, 0.0);
        while distance < 9.0 * module {
            distance += 0.25;
            let is_dark = grey.at(centre + out * (sign * distance)) < threshold;
            changes += u32::from(is_dark != was_dark);
            was_dark = is_dark;
            if changes == 3 {
                return Some(distance);
            }
        }
        None
    };
    let pitch = match (reach(-1.0), reach(1.0)) {
        (Some(a), Some(b)) => (a + b) / SIDE,
        (Some(a), None) | (None, Some(a)) => a / (SIDE / 2.0),
        (None, None) => module,
    };
    pitch.clamp(0.4 * module, 2.0 * module)
}

/// The version by the centres' distances and the squares' sides.
fn version([top_left, top_right, bottom_left]: &[Outline; 3]) -> i32 {
    let across = top_left.right().length().midpoint(top_right.right().length());
    let down = top_left.down().length().midpoint(bottom_left.down().length());
    let centre = top_left.centre();
    let modules = (centre.distance(top_right.centre()) / across).midpoint(centre.distance(bottom_left.centre()) / down);
    ((modules + SIDE - 17.0) / 4.0).round() as i32
}

/// The twelve corners, in modules and in pixels, each of weight one.
fn pairs(outlines: &[Outline; 3], dimension: usize) -> Vec<(Point, Point, f32)> {
    let far = dimension as f32 - SIDE;
    let origins = [(0.0, 0.0), (far, 0.0), (0.0, far)];
    let corners = [(0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE)];
    let of = |(outline, (left, top)): (&Outline, (f32, f32))| {
        let module = |(x, y): (f32, f32)| Point::new(left + x, top + y);
        outline
            .corners
            .iter()
            .zip(corners)
            .map(move |(pixel, corner)| (module(corner), *pixel, 1.0))
            .collect::<Vec<_>>()
    };
    outlines.iter().zip(origins).flat_map(of).collect()
}

/// How well dark and light alternate along both timing patterns (ISO/IEC 18004, 6.3.5). Each module is compared with the
/// mean of its neighbours, so that shadows and fading do not count.
fn timing(grey: &Grey<'_>, map: &Projective, dimension: usize) -> f32 {
    let line = |place: fn(f32) -> Point| {
        let values: Vec<f32> = (6..=dimension - 7).map(|along| grey.at(map.apply(place(along as f32 + 0.5)))).collect();
        let (mut sum, mut strength) = (0.0, 0.0f32);
        for (index, three) in values.windows(3).enumerate() {
            let darker = three[0].midpoint(three[2]) - three[1];
            // The first to have two neighbours is a light one.
            sum += if index % 2 == 0 { -darker } else { darker };
            strength += darker.abs();
        }
        sum / strength.max(1.0)
    };
    line(|along| Point::new(along, 6.5)).midpoint(line(|along| Point::new(6.5, along)))
}
