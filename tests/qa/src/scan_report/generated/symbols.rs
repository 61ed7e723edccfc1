//! Squares of modules that look like codes and are none.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A QR code's format information is masked with this, so that it is never empty.
const FORMAT_MASK: u16 = 0x5412;

/// Its generator polynomial.
const FORMAT_GENERATOR: u16 = 0x537;

/// A square of modules around the origin, on light ground.
pub struct Modules {
    side: i32,
    dark: Vec<bool>,
}

impl Modules {
    /// Each by chance.
    pub fn by_chance(chance: &mut ChaCha8Rng) -> Self {
        let side = chance.random_range(15..60);
        Self::filled(side, |_, _| chance.random())
    }

    /// Finder and timing patterns and format information, as a reader wants them, around what was never encoded.
    pub fn like_qr(chance: &mut ChaCha8Rng) -> Self {
        let version = chance.random_range(1..11);
        let side = 17 + 4 * version;
        let mut modules = match chance.random_range(0..4) {
            0 => Self::filled(side, |x, _| x / 2 % 3 == 0),
            1 => Self::filled(side, |x, y| x * y % 7 < 3),
            _ => Self::filled(side, |_, _| chance.random()),
        };
        for along in 0..side {
            modules.set(along, 6, along % 2 == 0);
            modules.set(6, along, along % 2 == 0);
        }
        for (x, y) in [(0, 0), (side - 7, 0), (0, side - 7)] {
            modules.finder_pattern(x, y);
        }
        if version > 1 {
            modules.rings(side - 7, side - 7, 2, [true, false, true]);
        }
        modules.format(chance.random_range(0..32));
        modules
    }

    /// Two edges solid, two edges dashed.
    pub fn like_data_matrix(chance: &mut ChaCha8Rng) -> Self {
        let side = 2 * chance.random_range(5..25);
        let mut modules = Self::filled(side, |_, _| chance.random());
        for along in 0..side {
            modules.set(along, 0, along % 2 == 0);
            modules.set(side - 1, along, along % 2 == 1);
            modules.set(0, along, true);
            modules.set(along, side - 1, true);
        }
        modules
    }

    /// Finder patterns scattered over light ground.
    pub fn finder_patterns(chance: &mut ChaCha8Rng) -> Self {
        let side = 80;
        let mut modules = Self::filled(side, |_, _| false);
        for _ in 0..chance.random_range(3..30) {
            modules.finder_pattern(chance.random_range(0..side - 7), chance.random_range(0..side - 7));
        }
        modules
    }

    /// Whether a place of the plane is dark.
    pub fn is_dark(&self, x: i32, y: i32) -> bool {
        self.index(x + self.side / 2, y + self.side / 2).and_then(|index| self.dark.get(index)) == Some(&true)
    }

    fn filled(side: i32, mut is_dark: impl FnMut(i32, i32) -> bool) -> Self {
        Self { side, dark: (0..side * side).map(|place| is_dark(place % side, place / side)).collect() }
    }

    fn index(&self, x: i32, y: i32) -> Option<usize> {
        let within = (0..self.side).contains(&x) && (0..self.side).contains(&y);
        within.then(|| usize::try_from(y * self.side + x).ok()).flatten()
    }

    fn set(&mut self, x: i32, y: i32, is_dark: bool) {
        if let Some(module) = self.index(x, y).and_then(|index| self.dark.get_mut(index)) {
            *module = is_dark;
        }
    }

    /// With its light border.
    fn finder_pattern(&mut self, left: i32, top: i32) {
        self.rings(left + 3, top + 3, 4, [true, true, false, true, false]);
    }

    /// Squares around a middle, from within.
    fn rings<const COUNT: usize>(&mut self, x: i32, y: i32, reach: i32, dark: [bool; COUNT]) {
        for down in -reach..=reach {
            for right in -reach..=reach {
                let ring = right.abs().max(down.abs()) as usize;
                self.set(x + right, y + down, dark.get(ring) == Some(&true));
            }
        }
    }

    /// Error correction level and mask, in both places.
    fn format(&mut self, data: u16) {
        let divided = (0..5).rev().fold(data << 10, |rest, bit| {
            if rest & (1 << (bit + 10)) == 0 { rest } else { rest ^ (FORMAT_GENERATOR << bit) }
        });
        let bits = (data << 10 | divided) ^ FORMAT_MASK;
        for bit in 0..15 {
            let is_dark = bits >> bit & 1 == 1;
            let beside = [0, 1, 2, 3, 4, 5, 7, 8];
            let bit = i32::from(bit as i16);
            let (first, second) = if bit < 8 {
                ((8, beside[bit as usize]), (self.side - 1 - bit, 8))
            } else {
                ((beside[(14 - bit) as usize], 8), (8, self.side - 15 + bit))
            };
            self.set(first.0, first.1, is_dark);
            self.set(second.0, second.1, is_dark);
        }
        self.set(8, self.side - 8, true);
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use vremena_core::wallet::QrMatrix;

    use super::*;

    #[test]
    fn format_information_stands_as_in_a_code_that_was_encoded() {
        // Level and mask are the encoder's choice: one of the 32 must be the same, module by module.
        let code = QrMatrix::encode("https://example.org", "M").unwrap();
        let side = i32::try_from(code.size).unwrap();
        let places: Vec<(i32, i32)> = (0..side)
            .filter(|along| !(9..side - 8).contains(along))
            .flat_map(|along| [(8, along), (along, 8)])
            .collect();
        let same = (0..32).filter(|data| {
            let mut modules = Modules::filled(side, |x, y| code.modules[(y * side + x) as usize]);
            let before = modules.dark.clone();
            modules.format(*data);
            places.iter().all(|(x, y)| modules.index(*x, *y).is_some_and(|at| modules.dark[at] == before[at]))
        });
        assert_eq!(same.count(), 1);
    }

    #[test]
    fn what_looks_like_a_code_has_its_patterns() {
        let modules = Modules::like_qr(&mut ChaCha8Rng::seed_from_u64(1));
        let corner = -modules.side / 2;
        let row: Vec<bool> = (0..8).map(|x| modules.is_dark(corner + x, corner + 3)).collect();
        assert_eq!(row, [true, false, true, true, true, false, true, false]);
    }
}
