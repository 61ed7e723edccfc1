//! The squares at three corners of a code: dark, light, dark, light, dark as 1 : 1 : 3 : 1 : 1 on every line through
//! their centre (ISO/IEC 18004, 6.3.3), whatever way the code is turned.
//!
//! Some rows are gone through; where five runs have these shares, the column through their middle must show them too,
//! then the row again, then a diagonal. Shares may be far off: print bleeds, blur rounds, tilt and curl stretch; it is the
//! four lines together that hardly anything else passes.

use super::geometry::Point;
use super::grey::Grey;
use super::threshold::Thresholds;

/// A finder pattern, in pixels of the picture looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finder {
    /// The middle of its dark square.
    pub centre: Point,
    /// Pixels a module, the mean of across and down.
    pub module: f32,
    /// In how many rows it was met.
    pub votes: u32,
    /// How much it looks like one: 1 is perfect. Zero until it was [`rated`].
    pub likeness: f32,
}

/// By how many modules a run may differ from its share.
const TOLERANCE: f32 = 0.75;
const TOLERANCE_ACROSS: f32 = 0.9;
const TOLERANCE_DIAGONAL: f32 = 1.1;

/// Runs are uncertain by part of a pixel, whatever the module.
const SLACK: f32 = 0.35;

/// Smaller modules cannot be told from noise.
const LEAST_MODULE: f32 = 0.8;

/// By how much the module may differ between across and down.
const MOST_STRETCH: f32 = 2.5;

/// A picture full of squares is no reason to look for ever.
const MOST: usize = 1500;

/// The finder patterns met in each `step`-th row from `first` on.
pub fn finders(picture: &Thresholds<'_>, first: usize, step: usize) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    let (mut bits, mut edges) = (Vec::new(), Vec::new());
    for y in (first..picture.height()).step_by(step) {
        picture.dark_bits(y, &mut bits);
        edges_of(&bits, picture.width(), &mut edges);
        // Every other edge begins a dark run.
        for e in edges.windows(6).step_by(2) {
            let runs: [f32; 5] = std::array::from_fn(|run| (e[run + 1] - e[run]) as f32);
            if is_finder(&runs, TOLERANCE) {
                let middle = Point::new((e[2] + e[3]) as f32 / 2.0, y as f32 + 0.5);
                let finder = checked(picture, middle, (e[5] - e[0]) as f32 / 7.0);
                finder.into_iter().for_each(|finder| merge(&mut found, finder));
            }
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// Rays from the centre, and the lengths tried on each, per module: from a tilted side to a diagonal.
const RAYS: usize = 8;
const LENGTHS: [f32; 7] = [0.7, 0.85, 1.0, 1.15, 1.3, 1.45, 1.65];

/// With less of a likeness it is something else.
const LEAST_LIKENESS: f32 = 0.15;

/// So many are worth a closer look, and so many are kept.
const MOST_RATED: usize = 300;
const MOST_KEPT: usize = 40;

/// The likeliest of what was found. Codes are full of what passes on four lines, blurred ones even more so; but from the
/// centre of a finder pattern dark, light, dark and light again follow in every direction.
pub fn rated(grey: &Grey<'_>, mut finders: Vec<Finder>) -> Vec<Finder> {
    let weight = |finder: &Finder| finder.votes as f32 / finder.module;
    if finders.len() > MOST_RATED {
        finders.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        finders.truncate(MOST_RATED);
    }
    for finder in &mut finders {
        finder.likeness = likeness(grey, finder);
    }
    finders.retain(|finder| finder.likeness >= LEAST_LIKENESS);
    let rank = |finder: &Finder| finder.likeness + 0.1 * weight(finder).min(3.0);
    finders.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
    finders.truncate(MOST_KEPT);
    finders
}

/// Squares within squares have the same shares on each ray, however the pattern is turned, tilted or sheared; only the
/// rays' lengths differ. The mean over rays of the contrast between what should be light and what should be dark.
fn likeness(grey: &Grey<'_>, finder: &Finder) -> f32 {
    let (mut least, mut most) = (f32::MAX, f32::MIN);
    let mut sum = 0.0;
    for ray in 0..RAYS {
        let (sin, cos) = (ray as f32 * std::f32::consts::TAU / RAYS as f32).sin_cos();
        let mut best = 0.0f32;
        for length in LENGTHS {
            let step = Point::new(cos, sin) * (finder.module * length);
            let [core, gap, ring, frame] = [1.0, 2.0, 3.0, 4.0].map(|modules| grey.at(finder.centre + step * modules));
            best = best.max((gap - core).min(gap - ring).min(frame - ring));
            least = least.min(core).min(ring);
            most = most.max(gap).max(frame);
        }
        sum += best;
    }
    sum / (RAYS as f32 * (most - least).max(1.0))
}

/// Where light turns dark, and dark light, in turn.
fn edges_of(bits: &[u64], width: usize, edges: &mut Vec<u32>) {
    edges.clear();
    let mut before = 0;
    for (index, word) in bits.iter().enumerate() {
        let mut changes = word ^ (word << 1 | before);
        before = word >> 63;
        while changes != 0 {
            edges.push((64 * index) as u32 + changes.trailing_zeros());
            changes &= changes - 1;
        }
    }
    if edges.len() % 2 == 1 {
        edges.push(width as u32);
    }
}

fn is_finder(runs: &[f32; 5], tolerance: f32) -> bool {
    let module = runs.iter().sum::<f32>() / 7.0;
    let slack = module * tolerance + SLACK;
    let near = |run: f32, share: f32, slack: f32| (run - share * module).abs() < slack;
    module >= LEAST_MODULE
        && near(runs[2], 3.0, 1.6 * slack)
        && [runs[0], runs[1], runs[3], runs[4]].into_iter().all(|run| near(run, 1.0, slack))
}

/// What a row has shown, if the other lines through its middle show it too.
fn checked(picture: &Thresholds<'_>, middle: Point, module: f32) -> Option<Finder> {
    let longest = (module * 6.0).ceil() as i32 + 2;
    let (runs, shift) = runs_along(picture, middle, (0, 1), longest)?;
    let height = runs.iter().sum::<f32>() / 7.0;
    if !is_finder(&runs, TOLERANCE_ACROSS) || height.max(module) > MOST_STRETCH * height.min(module) {
        return None;
    }
    let middle = Point::new(middle.x, middle.y + shift);
    let (runs, shift) = runs_along(picture, middle, (1, 0), longest)?;
    let width = runs.iter().sum::<f32>() / 7.0;
    let centre = Point::new(middle.x.floor() + 0.5 + shift, middle.y);
    let diagonal = |along| {
        runs_along(picture, centre, along, longest).is_some_and(|(runs, _)| is_finder(&runs, TOLERANCE_DIAGONAL))
    };
    // One diagonal is enough: the other may be cut by a neighbour. Letters pass none.
    let is_square = is_finder(&runs, TOLERANCE_ACROSS) && (diagonal((1, 1)) || diagonal((1, -1)));
    is_square.then_some(Finder { centre, module: (width + height) / 2.0, votes: 1, likeness: 0.0 })
}

/// The five runs of a line through a dark place, and how far off the middle of the dark one in the middle lies. `None`
/// where the place is light, a run is too long, or the picture ends within.
fn runs_along(picture: &Thresholds<'_>, middle: Point, along: (i32, i32), longest: i32) -> Option<([f32; 5], f32)> {
    let (x, y) = (middle.x.floor() as i32, middle.y.floor() as i32);
    let dark = |step: i32| picture.is_dark(x + step * along.0, y + step * along.1);
    if dark(0) != Some(true) {
        return None;
    }
    let walk = |sign: i32| {
        let mut runs = [0i32; 3];
        let mut step = 1;
        for (run, expected) in runs.iter_mut().zip([true, false, true]) {
            while dark(sign * step) == Some(expected) {
                *run += 1;
                step += 1;
                if *run > longest {
                    return None;
                }
            }
            // The last run may end with the picture.
            if *run == 0 && !expected {
                return None;
            }
        }
        Some(runs)
    };
    let (back, forth) = (walk(-1)?, walk(1)?);
    let runs = [back[2], back[1], back[0] + 1 + forth[0], forth[1], forth[2]].map(|run| run as f32);
    Some((runs, (forth[0] - back[0]) as f32 / 2.0))
}

/// Counts a finder pattern that was met before as the same.
fn merge(found: &mut Vec<Finder>, new: Finder) {
    let same = found.iter_mut().find(|known| {
        let (small, large) = (known.module.min(new.module), known.module.max(new.module));
        known.centre.distance(new.centre) < 2.0 * large && large < 1.6 * small
    });
    match same {
        Some(known) => {
            let share = 1.0 / (known.votes + 1) as f32;
            known.centre = known.centre + (new.centre - known.centre) * share;
            known.module += (new.module - known.module) * share;
            known.votes += 1;
        }
        None => found.push(new),
    }
}
