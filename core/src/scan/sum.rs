//! What several frames show of one code, added up.
//!
//! Noise, glare and blur fall differently on each frame, the code stays what it is: the mean of what its modules looked
//! like is surer than each of the views. What is added are modules, not pixels, so nothing has to be brought into line.

use super::attempt::Study;
use super::stages::decode::{self, Decoded, SoftMatrix};
use super::stages::geometry::Point;

/// So many codes are remembered, each for so many frames after it was last seen.
const MOST: usize = 4;
const FORGOTTEN: u64 = 30;

/// How far a code may wander from frame to frame, and by which factor it may grow, in parts of its size.
const WANDER: f32 = 0.5;
const GROWTH: f32 = 1.3;

/// What a view with less of a likeness would add is noise.
const LEAST_LIKENESS: f32 = 0.3;

/// What is kept of a sum with each view: another code at the same place has outweighed it after some frames.
const KEPT: f32 = 0.95;

/// Codes that were half seen.
#[derive(Default)]
pub(super) struct Sums(Vec<Sum>);

struct Sum {
    dimension: usize,
    centre: Point,
    size: f32,
    frame: u64,
    /// By the likeness of the views.
    weight: f32,
    modules: Vec<f32>,
}

impl Sums {
    /// Adds the views of a code at a place — its centre, and from there to a corner — and reads what has come together.
    pub(super) fn add(&mut self, frame: u64, study: &Study, (centre, size): (Point, f32)) -> Option<Decoded> {
        let dimension = study.grid.dimension;
        let (likeness, view) =
            study.views.iter().max_by(|a, b| a.0.total_cmp(&b.0)).filter(|view| view.0 >= LEAST_LIKENESS)?;
        self.0.retain(|sum| frame - sum.frame <= FORGOTTEN);
        let is_same = |sum: &&mut Sum| {
            sum.dimension == dimension
                && sum.centre.distance(centre) < WANDER * size
                && sum.size.max(size) < GROWTH * sum.size.min(size)
        };
        let weight = likeness * likeness;
        let Some(sum) = self.0.iter_mut().find(is_same) else {
            self.0.sort_by_key(|sum| std::cmp::Reverse(sum.frame));
            self.0.truncate(MOST - 1);
            let modules = view.iter().map(|module| module.clamp(-1.0, 1.0) * weight).collect();
            self.0.push(Sum { dimension, centre, size, frame, weight, modules });
            return None;
        };
        (sum.centre, sum.size, sum.frame) = (centre, size, frame);
        sum.weight = KEPT * sum.weight + weight;
        let add = |(sum, module): (&mut f32, &f32)| *sum = KEPT * *sum + module.clamp(-1.0, 1.0) * weight;
        sum.modules.iter_mut().zip(view).for_each(add);
        let modules = sum.modules.iter().map(|module| module / sum.weight).collect();
        let read = decode::decode(&SoftMatrix { dimension, modules })?;
        // What comes next may be another receipt of the same till, held to the same place.
        self.0.retain(|sum| sum.frame != frame);
        Some(read)
    }
}
