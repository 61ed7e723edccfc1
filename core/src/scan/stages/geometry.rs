//! Points, and the projective map from a code's modules to pixels.

use std::ops::{Add, Mul, Sub};

use super::linear::solve;

/// A place or a step, in pixels or in modules.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// Of its coordinates.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The scalar product.
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// The vector product: above zero when `other` lies clockwise from this one in a picture.
    pub fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    /// How far from the origin.
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// How far from another.
    pub fn distance(self, other: Self) -> f32 {
        (self - other).length()
    }
}

impl Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Point {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// A straight line through a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// A place on it.
    pub through: Point,
    /// Its direction.
    pub along: Point,
}

impl Line {
    /// Where two lines meet; `None` where they are nearly parallel.
    pub fn meets(self, other: Self) -> Option<Point> {
        let cross = self.along.cross(other.along);
        if cross.abs() < 1e-3 * self.along.length() * other.along.length() {
            return None;
        }
        let t = (other.through - self.through).cross(other.along) / cross;
        Some(self.through + self.along * t)
    }

    /// The line with the least squared distances, by the principal axis of the points.
    pub fn fit(points: &[Point]) -> Option<Self> {
        if points.len() < 2 {
            return None;
        }
        let count = points.len() as f32;
        let mean = points.iter().fold(Point::default(), |sum, point| sum + *point) * (1.0 / count);
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let d = *point - mean;
            xx += d.x * d.x;
            xy += d.x * d.y;
            yy += d.y * d.y;
        }
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        Some(Self { through: mean, along: Point::new(angle.cos(), angle.sin()) })
    }

    /// How far a place is from it; `along` must be of length one, as [`fit`](Self::fit) makes it.
    pub fn distance(self, point: Point) -> f32 {
        (point - self.through).cross(self.along).abs()
    }
}

/// A projective map of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projective([f64; 9]);

impl Projective {
    /// The map that brings each first point closest to its second, weighted; four pairs or more. Solved as a linear
    /// least-squares problem with the last element one, after scaling (Hartley 1997), which a code in a picture never
    /// violates: its origin does not lie on the horizon.
    pub fn fit(pairs: &[(Point, Point, f32)]) -> Option<Self> {
        if pairs.len() < 4 {
            return None;
        }
        let to = Scaling::of(pairs.iter().map(|pair| pair.1));
        let from = Scaling::of(pairs.iter().map(|pair| pair.0));
        let mut normal = [[0.0f64; 9]; 8];
        for (a, b, weight) in pairs {
            let (a, b, w) = (from.apply(*a), to.apply(*b), f64::from(*weight));
            let rows = [
                ([a.0, a.1, 1.0, 0.0, 0.0, 0.0, -a.0 * b.0, -a.1 * b.0], b.0),
                ([0.0, 0.0, 0.0, a.0, a.1, 1.0, -a.0 * b.1, -a.1 * b.1], b.1),
            ];
            for (row, value) in rows {
                for (i, left) in row.iter().enumerate() {
                    for (j, right) in row.iter().enumerate() {
                        normal[i][j] += w * left * right;
                    }
                    normal[i][8] += w * left * value;
                }
            }
        }
        let h = solve(&mut normal)?;
        let scaled = [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1.0];
        Some(Self(product(&to.inverse(), &product(&scaled, &from.matrix()))))
    }

    /// Where a place is mapped to.
    pub fn apply(&self, point: Point) -> Point {
        let h = &self.0;
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        let w = h[6] * x + h[7] * y + h[8];
        Point::new(((h[0] * x + h[1] * y + h[2]) / w) as f32, ((h[3] * x + h[4] * y + h[5]) / w) as f32)
    }

    /// As [`apply`](Self::apply) to `start`, and to all that follow on it to the right, `step` apart: three additions and
    /// a division each.
    pub fn row(&self, start: Point, step: f32) -> impl Iterator<Item = Point> + use<> {
        let h = self.0;
        let (x, y, step) = (f64::from(start.x), f64::from(start.y), f64::from(step));
        let first = std::array::from_fn::<f64, 3, _>(|part| h[3 * part] * x + h[3 * part + 1] * y + h[3 * part + 2]);
        (0u32..).map(move |nth| {
            let [px, py, w] = std::array::from_fn(|part| first[part] + f64::from(nth) * step * h[3 * part]);
            Point::new((px / w) as f32, (py / w) as f32)
        })
    }
}

struct Scaling {
    x: f64,
    y: f64,
    scale: f64,
}

impl Scaling {
    fn of(points: impl Iterator<Item = Point> + Clone) -> Self {
        let count = points.clone().count() as f64;
        let x = points.clone().map(|point| f64::from(point.x)).sum::<f64>() / count;
        let y = points.clone().map(|point| f64::from(point.y)).sum::<f64>() / count;
        let spread = points.map(|p| (f64::from(p.x) - x).hypot(f64::from(p.y) - y)).sum::<f64>() / count;
        Self { x, y, scale: 1.0 / spread.max(1e-9) }
    }

    fn apply(&self, point: Point) -> (f64, f64) {
        ((f64::from(point.x) - self.x) * self.scale, (f64::from(point.y) - self.y) * self.scale)
    }

    fn matrix(&self) -> [f64; 9] {
        [self.scale, 0.0, -self.x * self.scale, 0.0, self.scale, -self.y * self.scale, 0.0, 0.0, 1.0]
    }

    fn inverse(&self) -> [f64; 9] {
        [1.0 / self.scale, 0.0, self.x, 0.0, 1.0 / self.scale, self.y, 0.0, 0.0, 1.0]
    }
}

fn product(a: &[f64; 9], b: &[f64; 9]) -> [f64; 9] {
    std::array::from_fn(|index| (0..3).map(|k| a[index / 3 * 3 + k] * b[k * 3 + index % 3]).sum())
}
