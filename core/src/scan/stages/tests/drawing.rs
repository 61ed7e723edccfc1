//! Codes on paper, as the stages see them: laid by a map or bent, blurred, noisy, in a shadow; the same each time.

use rxing::EncodeHints;
use rxing::qrcode::common::ErrorCorrectionLevel;
use rxing::qrcode::encoder::qrcode_encoder;

use crate::scan::stages::geometry::{Point, Projective};
use crate::scan::stages::grey::Grey;

pub(in crate::scan) const RECEIPT: &str = "t=20260312T1847&s=48900.00&fn=7380440801290534&i=41207&fp=2876140935&n=1";

pub(in crate::scan) const PAPER: f32 = 230.0;
pub(in crate::scan) const INK: f32 = 40.0;

/// Modules around a code that stay paper.
const QUIET: f32 = 6.0;

/// Each pixel is the mean of so many squared.
const FINENESS: usize = 4;

/// `SplitMix64`: the same numbers each time.
pub(in crate::scan) struct Chance(pub(in crate::scan) u64);

impl Chance {
    pub(in crate::scan) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// From 0 to 1.
    pub(in crate::scan) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Of the normal distribution.
    pub(in crate::scan) fn normal(&mut self) -> f32 {
        let radius = (-2.0 * self.unit().max(1e-7).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.unit()).cos()
    }
}

/// A code's modules.
#[derive(Clone)]
pub(in crate::scan) struct Code {
    pub(in crate::scan) dimension: usize,
    /// +1 dark, -1 light, 0 a grey that is neither; row by row.
    pub(in crate::scan) modules: Vec<f32>,
}

impl Code {
    /// Of the least version that holds the text, or of the one that is named.
    pub(in crate::scan) fn of(text: &str, version: Option<usize>) -> Self {
        let hints = EncodeHints { QrVersion: version.map(|version| version.to_string()), ..EncodeHints::default() };
        let code = qrcode_encoder::encode_with_hints(text, ErrorCorrectionLevel::M, &hints).unwrap();
        let matrix = code.getMatrix().as_ref().unwrap();
        let modules = matrix.getArray().iter().flatten().map(|module| if *module == 1 { 1.0 } else { -1.0 });
        Self { dimension: matrix.getWidth() as usize, modules: modules.collect() }
    }

    pub(in crate::scan) fn receipt() -> Self {
        Self::of(RECEIPT, None)
    }

    /// How dark it is at a place in modules; around it all is light.
    fn ink(&self, module: Point) -> f32 {
        let within = 0.0..self.dimension as f32;
        if !within.contains(&module.x) || !within.contains(&module.y) {
            return 0.0;
        }
        0.5 + 0.5 * self.modules[module.y as usize * self.dimension + module.x as usize]
    }

    /// How many modules were seen otherwise than they are.
    pub(in crate::scan) fn errors(&self, soft: &[f32]) -> usize {
        assert_eq!(soft.len(), self.modules.len());
        soft.iter().zip(&self.modules).filter(|(seen, is)| *seen * *is <= 0.0).count()
    }

    /// As seen from behind.
    pub(in crate::scan) fn mirrored(&self) -> Self {
        let side = self.dimension;
        let modules = (0..side * side).map(|index| self.modules[index % side * side + index / side]).collect();
        Self { dimension: side, modules }
    }
}

/// Where a code lies in a picture: its outer corners, from the top left one clockwise as the code stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::scan) struct Place {
    pub(in crate::scan) corners: [Point; 4],
    pub(in crate::scan) dimension: usize,
}

impl Place {
    /// Upright, its modules squares.
    pub(in crate::scan) fn at(dimension: usize, left: f32, top: f32, module: f32) -> Self {
        let side = dimension as f32 * module;
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)];
        Self { corners: corners.map(|(x, y)| Point::new(left + x, top + y)), dimension }
    }

    /// In the middle of a picture that is large enough for it however it is turned.
    pub(in crate::scan) fn centred(dimension: usize, module: f32) -> (Self, usize) {
        let size = ((dimension as f32 + 2.0 * QUIET) * module * 1.42).ceil();
        let start = (size - dimension as f32 * module) / 2.0;
        (Self::at(dimension, start, start, module), size as usize)
    }

    pub(in crate::scan) fn centre(&self) -> Point {
        self.corners.iter().fold(Point::default(), |sum, corner| sum + *corner) * 0.25
    }

    /// Turned clockwise about its middle.
    pub(in crate::scan) fn turned(self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let centre = self.centre();
        let turn = |corner: Point| {
            let Point { x, y } = corner - centre;
            centre + Point::new(x * cos - y * sin, x * sin + y * cos)
        };
        Self { corners: self.corners.map(turn), ..self }
    }

    /// Its upper edge leant back: seen as by a camera three sides of the code away.
    pub(in crate::scan) fn leant(self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let centre = self.centre();
        let away = 3.0 * self.corners[0].distance(self.corners[1]);
        let lean = |corner: Point| {
            let Point { x, y } = corner - centre;
            let nearer = away / (away - y * sin);
            centre + Point::new(x * nearer, y * cos * nearer)
        };
        Self { corners: self.corners.map(lean), ..self }
    }

    /// From modules to pixels.
    pub(in crate::scan) fn map(&self) -> Projective {
        Projective::fit(&self.pairs().map(|(module, pixel)| (module, pixel, 1.0))).unwrap()
    }

    /// From pixels to modules.
    pub(in crate::scan) fn inverse(&self) -> Projective {
        Projective::fit(&self.pairs().map(|(module, pixel)| (pixel, module, 1.0))).unwrap()
    }

    fn pairs(&self) -> [(Point, Point); 4] {
        let side = self.dimension as f32;
        let modules = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
        std::array::from_fn(|nth| (modules[nth], self.corners[nth]))
    }
}

/// A picture in the making.
#[derive(Clone)]
pub(in crate::scan) struct Sheet {
    pub(in crate::scan) width: usize,
    pub(in crate::scan) height: usize,
    values: Vec<f32>,
}

impl Sheet {
    pub(in crate::scan) fn blank(width: usize, height: usize) -> Self {
        Self { width, height, values: vec![PAPER; width * height] }
    }

    /// A code in the middle of a sheet, laid by `lay`, and where it lies.
    pub(in crate::scan) fn with(code: &Code, module: f32, lay: impl Fn(Place) -> Place) -> (Self, Place) {
        let (place, size) = Place::centred(code.dimension, module);
        let place = lay(place);
        (Self::blank(size, size).and(code, &place), place)
    }

    /// With one more code.
    #[must_use]
    pub(in crate::scan) fn and(self, code: &Code, place: &Place) -> Self {
        let inverse = place.inverse();
        let range = |of: fn(&Point) -> f32| {
            let all = || place.corners.iter().map(of);
            all().fold(f32::MAX, f32::min)..=all().fold(f32::MIN, f32::max)
        };
        let (across, down) = (range(|corner| corner.x), range(|corner| corner.y));
        let is_near = |pixel: Point| across.contains(&pixel.x) && down.contains(&pixel.y);
        // Most of a sheet is paper, whose modules need not be known.
        self.bent(code, |pixel| if is_near(pixel) { inverse.apply(pixel) } else { Point::new(-1.0, -1.0) })
    }

    /// With one more code, of which each pixel shows the module that `module` says.
    #[must_use]
    pub(in crate::scan) fn bent(self, code: &Code, module: impl Fn(Point) -> Point) -> Self {
        self.inked(|pixel| code.ink(module(pixel)))
    }

    /// With ink as dark as `ink` says, from 0 to 1.
    #[must_use]
    pub(in crate::scan) fn inked(mut self, ink: impl Fn(Point) -> f32) -> Self {
        for (index, value) in self.values.iter_mut().enumerate() {
            let (x, y) = (index % self.width, index / self.width);
            let part = |nth: usize| (nth as f32 + 0.5) / FINENESS as f32;
            let parts = (0..FINENESS * FINENESS)
                .map(|nth| Point::new(x as f32 + part(nth % FINENESS), y as f32 + part(nth / FINENESS)));
            let share = parts.map(&ink).sum::<f32>() / (FINENESS * FINENESS) as f32;
            *value += (INK - *value) * share;
        }
        self
    }

    /// Each pixel's brightness times what `light` says of its place.
    #[must_use]
    pub(in crate::scan) fn lit(mut self, light: impl Fn(Point) -> f32) -> Self {
        for (index, value) in self.values.iter_mut().enumerate() {
            *value *= light(Point::new((index % self.width) as f32 + 0.5, (index / self.width) as f32 + 0.5));
        }
        self
    }

    /// By Gauss's bell, in pixels.
    #[must_use]
    pub(in crate::scan) fn blurred(mut self, sigma: f32) -> Self {
        let reach = (3.0 * sigma).ceil() as usize;
        let bell: Vec<f32> = (0..=reach).map(|at| (-0.5 * (at as f32 / sigma).powi(2)).exp()).collect();
        let whole = 2.0 * bell.iter().sum::<f32>() - bell[0];
        for (count, step, lines, apart) in
            [(self.width, 1, self.height, self.width), (self.height, self.width, self.width, 1)]
        {
            for line in 0..lines {
                let before: Vec<f32> = (0..count).map(|at| self.values[line * apart + at * step]).collect();
                for at in 0..count {
                    let pair = |off: usize| before[at.saturating_sub(off)] + before[(at + off).min(count - 1)];
                    let sum = bell[0] * before[at] + (1..=reach).map(|off| bell[off] * pair(off)).sum::<f32>();
                    self.values[line * apart + at * step] = sum / whole;
                }
            }
        }
        self
    }

    #[must_use]
    pub(in crate::scan) fn noisy(mut self, sigma: f32, chance: &mut Chance) -> Self {
        self.values.iter_mut().for_each(|value| *value += sigma * chance.normal());
        self
    }

    pub(in crate::scan) fn shot(&self) -> Shot {
        let pixels = self.values.iter().map(|value| value.round().clamp(0.0, 255.0) as u8).collect();
        Shot { width: self.width, height: self.height, pixels }
    }
}

/// A picture that was taken.
#[derive(Clone)]
pub(in crate::scan) struct Shot {
    pub(in crate::scan) width: usize,
    pub(in crate::scan) height: usize,
    pub(in crate::scan) pixels: Vec<u8>,
}

impl Shot {
    pub(in crate::scan) fn grey(&self) -> Grey<'_> {
        Grey { pixels: &self.pixels, width: self.width, height: self.height, inverted: false }
    }

    /// The same picture, light and dark changed.
    pub(in crate::scan) fn negative(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|pixel| 255 - pixel).collect(), ..*self }
    }
}
