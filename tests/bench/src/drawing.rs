//! Pictures drawn by chance: the same for the same seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vremena_core::wallet::QrMatrix;

use crate::Frame;

/// What the code of each receipt says.
pub const RECEIPT: &str = "t=20260312T1847&s=48900.00&fn=7380440801290534&i=41207&fp=2876140935&n=1";

/// A camera's frame.
pub const FRAME: (u32, u32) = (1280, 960);

/// A phone's photograph: 12 MP.
pub const PHOTOGRAPH: (u32, u32) = (4000, 3000);

/// A letter and the gap after it, a line and the gap below it, in modules.
const LETTER: (f32, f32) = (1.5, 2.5);

/// Frames without a code: receipts' text, a table's texture and noise in turn.
pub fn frames_without_code(count: u64) -> Vec<Frame> {
    let one = |seed| match seed % 3 {
        0 => receipt(FRAME, false, 4.5, seed),
        1 => texture(FRAME, seed),
        _ => noise(FRAME, seed),
    };
    (0..count).map(one).collect()
}

/// Frames of receipts, each with its code.
pub fn frames_with_code(count: u64) -> Vec<Frame> {
    (0..count).map(|seed| receipt(FRAME, true, 4.5, seed)).collect()
}

/// Photographs of receipts, each with its code.
pub fn photographs(count: u64) -> Vec<Frame> {
    (0..count).map(|seed| receipt(PHOTOGRAPH, true, 12.0, seed)).collect()
}

/// A strip of paper on a table, a little turned and tilted: text, and a code in its middle if wanted. `module`: pixels
/// a module of the code.
pub fn receipt(size: (u32, u32), with_code: bool, module: f32, seed: u64) -> Frame {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let code = QrMatrix::encode(RECEIPT, "M").filter(|_| with_code);
    let side = code.as_ref().map_or(0.0, |code| code.size as f32);
    let letters: Vec<u16> = (0..4096).map(|_| if chance.random_ratio(1, 4) { 0 } else { chance.random() }).collect();
    let (sin, cos) = chance.random_range(-0.12f32..0.12).sin_cos();
    let tilt = 0.15 / size.0 as f32;
    let away = (chance.random_range(-tilt..tilt), chance.random_range(-tilt..tilt));
    let middle = (size.0 as f32 / 2.0, size.1 as f32 / 2.0);
    let tone = |x: f32, y: f32| {
        let (x, y) = (x - middle.0, y - middle.1);
        let module = module * (1.0 + away.0 * x + away.1 * y);
        let (u, v) = ((cos * x + sin * y) / module, (cos * y - sin * x) / module);
        if u.abs() > 50.0 {
            return 95.0 + 12.0 * (u * 0.7).sin();
        }
        if u.abs() < side / 2.0 + 4.0 && v.abs() < side / 2.0 + 4.0 {
            return code.as_ref().map_or(230.0, |code| ink(is_dark(code, u + side / 2.0, v + side / 2.0)));
        }
        ink(is_print(&letters, u, v))
    };
    render(size, tone, 6, &mut chance)
}

/// A table or a floor: smooth noise, stretched.
pub fn texture(size: (u32, u32), seed: u64) -> Frame {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let tones: Vec<f32> = (0..4096).map(|_| chance.random_range(40.0..210.0)).collect();
    let stretch = (chance.random_range(3.0..12.0), chance.random_range(10.0..60.0));
    let at = |x: usize, y: usize| tones.get((y % 64) * 64 + x % 64).copied().unwrap_or_default();
    let tone = |x: f32, y: f32| {
        let (u, v) = (x / stretch.0, y / stretch.1);
        let (part, down) = (u.fract(), v.fract());
        let row = |y: usize| at(u as usize, y) * (1.0 - part) + at(u as usize + 1, y) * part;
        row(v as usize) * (1.0 - down) + row(v as usize + 1) * down
    };
    render(size, tone, 8, &mut chance)
}

/// Each pixel by chance: what looks like most codes at once.
pub fn noise(size: (u32, u32), seed: u64) -> Frame {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let pixels = (0..size.0 * size.1).map(|_| chance.random()).collect();
    Frame { width: size.0, height: size.1, pixels }
}

fn ink(is_dark: bool) -> f32 {
    if is_dark { 45.0 } else { 230.0 }
}

fn is_dark(code: &QrMatrix, x: f32, y: f32) -> bool {
    let within = |along: f32| (0.0..code.size as f32).contains(&along);
    within(x) && within(y) && code.modules.get(y as usize * code.size as usize + x as usize) == Some(&true)
}

/// Marks of the size of letters, four pixels wide and high.
fn is_print(letters: &[u16], u: f32, v: f32) -> bool {
    let (column, line) = ((u / LETTER.0).floor(), (v / LETTER.1).floor());
    let (x, y) = ((u / LETTER.0 - column) * 5.0, (v / LETTER.1 - line) * 6.0);
    let letter = (column + line * 67.0).rem_euclid(letters.len() as f32) as usize;
    let bit = y as u32 * 4 + x as u32;
    x < 4.0 && y < 4.0 && letters.get(letter).is_some_and(|letter| letter >> bit & 1 == 1)
}

/// Each pixel the mean of four points, with noise of this amplitude.
fn render(size: (u32, u32), tone: impl Fn(f32, f32) -> f32, noise: i32, chance: &mut ChaCha8Rng) -> Frame {
    let mut pixels = Vec::with_capacity(size.0 as usize * size.1 as usize);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let (x, y) = (x as f32, y as f32);
            let points = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let mean = points.iter().map(|(right, down)| tone(x + right, y + down)).sum::<f32>() / 4.0;
            pixels.push((mean + chance.random_range(-noise..=noise) as f32) as u8);
        }
    }
    Frame { width: size.0, height: size.1, pixels }
}
