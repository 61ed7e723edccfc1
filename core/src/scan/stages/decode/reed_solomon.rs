//! Reed–Solomon with errors and erasures (ISO/IEC 18004, 7.5.2 and annex B): up to `parity` erasures, or half as many
//! errors, or any mixture with 2 × errors + erasures ≤ parity.
//!
//! The errata locator comes from Berlekamp–Massey started with the erasures' locator (Blahut, *Theory and Practice of
//! Error Control Codes*, 1983, 9.1), the values from Forney's formula (1965). The generator's roots are α⁰, α¹, … in
//! QR codes, and a block's first codeword is the highest power.

use super::galois::{ORDER, alpha, product, quotient};

/// No block has more parity codewords (ISO/IEC 18004, table 9).
pub(super) const MAX_PARITY: usize = 30;

/// Polynomials in here have a degree of at most [`MAX_PARITY`]; one more for products with x.
const TERMS: usize = MAX_PARITY + 2;

type Polynomial = [u8; TERMS];

/// What to add to a codeword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Correction {
    pub position: usize,
    pub value: u8,
}

/// A word's values at the generator's roots: all zero for a word of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syndromes {
    values: Polynomial,
    parity: usize,
    length: usize,
}

impl Syndromes {
    /// `None` for what no QR code has: more parity than [`MAX_PARITY`], or blocks longer than the code.
    pub(super) fn of(word: &[u8], parity: usize) -> Option<Self> {
        if parity > MAX_PARITY || word.len() <= parity || word.len() > ORDER {
            return None;
        }
        let mut values = [0; TERMS];
        for (power, value) in values.iter_mut().take(parity).enumerate() {
            let root = alpha(power);
            *value = word.iter().fold(0, |sum, codeword| product(sum, root) ^ codeword);
        }
        Some(Self { values, parity, length: word.len() })
    }

    pub(super) fn are_zero(&self) -> bool {
        self.values == [0; TERMS]
    }

    /// The syndromes as they are: one for each parity codeword.
    pub(super) fn values(&self) -> &[u8] {
        self.values.get(..self.parity).unwrap_or_default()
    }

    /// The corrections that lead to the one word of the code within the bound, if there is one. Positions must not
    /// repeat in `erasures`.
    pub(super) fn correct(&self, erasures: &[usize]) -> Option<Vec<Correction>> {
        if erasures.len() > self.parity || erasures.iter().any(|position| *position >= self.length) {
            return None;
        }
        let (locator, degree) = self.locator(erasures)?;
        let positions = self.roots(&locator, degree);
        (positions.len() == degree).then(|| self.values_at(&locator, degree, &positions))
    }

    /// The exponent of α that locates a position.
    fn power(&self, position: usize) -> usize {
        self.length - 1 - position
    }

    /// The errata locator and its degree.
    fn locator(&self, erasures: &[usize]) -> Option<(Polynomial, usize)> {
        let mut locator = [0; TERMS];
        locator[0] = 1;
        for (degree, position) in erasures.iter().enumerate() {
            let root = alpha(self.power(*position));
            for term in (0..=degree).rev() {
                locator[term + 1] ^= product(locator[term], root);
            }
        }
        let mut previous = locator;
        let mut length = erasures.len();
        for step in erasures.len() + 1..=self.parity {
            let discrepancy = locator
                .iter()
                .zip(self.values.iter().take(step).rev())
                .fold(0, |sum, (coefficient, syndrome)| sum ^ product(*coefficient, *syndrome));
            previous.rotate_right(1);
            previous[0] = 0;
            if discrepancy == 0 {
                continue;
            }
            let before = locator;
            for (coefficient, term) in locator.iter_mut().zip(previous) {
                *coefficient ^= product(discrepancy, term);
            }
            if 2 * length < step + erasures.len() {
                length = step + erasures.len() - length;
                previous = before.map(|coefficient| quotient(coefficient, discrepancy));
            }
        }
        let degree = locator.iter().rposition(|coefficient| *coefficient != 0)?;
        (degree == length && 2 * length <= self.parity + erasures.len()).then_some((locator, degree))
    }

    /// Chien's search: all positions whose inverse locators are roots.
    fn roots(&self, locator: &Polynomial, degree: usize) -> Vec<usize> {
        let mut terms = *locator;
        let mut positions = Vec::with_capacity(degree);
        for power in 0..self.length {
            if terms.iter().take(degree + 1).fold(0, |sum, term| sum ^ term) == 0 {
                positions.push(self.length - 1 - power);
            }
            for (exponent, term) in terms.iter_mut().enumerate().take(degree + 1).skip(1) {
                *term = product(*term, alpha(ORDER - exponent));
            }
        }
        positions
    }

    fn values_at(&self, locator: &Polynomial, degree: usize, positions: &[usize]) -> Vec<Correction> {
        let mut evaluator = [0; TERMS];
        for (power, coefficient) in evaluator.iter_mut().take(degree).enumerate() {
            *coefficient = (0..=power).fold(0, |sum, term| sum ^ product(locator[term], self.values[power - term]));
        }
        let correction = |position: &usize| {
            let power = self.power(*position);
            let inverse = ORDER - power;
            let at = |(exponent, coefficient): (usize, &u8)| product(*coefficient, alpha(inverse * exponent));
            let numerator = evaluator.iter().enumerate().map(at).fold(0, |sum, term| sum ^ term);
            // The formal derivative keeps the odd powers alone.
            let odd = locator.iter().skip(1).step_by(2).enumerate().map(|(half, c)| (2 * half, c));
            let denominator = odd.map(at).fold(0, |sum, term| sum ^ term);
            Correction { position: *position, value: product(alpha(power), quotient(numerator, denominator)) }
        };
        positions.iter().map(correction).filter(|correction| correction.value != 0).collect()
    }
}
