//! How a camera holds what it sees.

use image::GrayImage;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Pixels → the plane that is looked at, whose origin is in the picture's middle.
pub struct Pose {
    middle: (f32, f32),
    /// Units a pixel to the right, and down.
    right: (f32, f32),
    down: (f32, f32),
    /// How fast the plane recedes.
    away: (f32, f32),
}

impl Pose {
    /// Turned anyhow, or as often hardly at all; tilted a little.
    pub fn by_chance(width: u32, height: u32, pixels_a_unit: f32, chance: &mut ChaCha8Rng) -> Self {
        let turn = if chance.random() { 0.1 } else { std::f32::consts::PI };
        let (sin, cos) = chance.random_range(-turn..turn).sin_cos();
        let tilt = 0.3 / width as f32;
        Self {
            middle: (width as f32 / 2.0, height as f32 / 2.0),
            right: (cos / pixels_a_unit, sin / pixels_a_unit),
            down: (-sin / pixels_a_unit, cos / pixels_a_unit),
            away: (chance.random_range(-tilt..tilt), chance.random_range(-tilt..tilt)),
        }
    }
}

/// A picture of a plane, given the tone of each of its points.
pub fn paint(width: u32, height: u32, pose: &Pose, tone: impl Fn(f32, f32) -> u8) -> GrayImage {
    let mut picture = GrayImage::new(width, height);
    for (y, row) in picture.chunks_exact_mut(width as usize).enumerate() {
        let y = y as f32 + 0.5 - pose.middle.1;
        for (x, pixel) in row.iter_mut().enumerate() {
            let x = x as f32 + 0.5 - pose.middle.0;
            let distance = 1.0 + pose.away.0 * x + pose.away.1 * y;
            let u = (pose.right.0 * x + pose.down.0 * y) / distance;
            let v = (pose.right.1 * x + pose.down.1 * y) / distance;
            *pixel = tone(u, v);
        }
    }
    picture
}
