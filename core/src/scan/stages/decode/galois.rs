//! Arithmetic in GF(256), the field of QR's Reed–Solomon codes (ISO/IEC 18004, 7.5.2): polynomials over GF(2) modulo
//! x⁸ + x⁴ + x³ + x² + 1, with α = x a primitive element.
//!
//! Sums are XOR. Products go over logarithms; zero's is so large that each sum with it lands among zeros, which spares
//! the branch.

/// The order of the multiplicative group.
pub(super) const ORDER: usize = 255;

const MODULUS: u16 = 0x11d;

/// Beyond any sum of two real logarithms.
const LOG_OF_ZERO: u16 = 510;

const EXP: [u8; 1024] = powers();
const LOG: [u16; 256] = logarithms();

const fn powers() -> [u8; 1024] {
    let mut table = [0; 1024];
    let mut power = 1u16;
    let mut exponent = 0;
    while exponent < LOG_OF_ZERO as usize {
        table[exponent] = power as u8;
        power <<= 1;
        if power > 255 {
            power ^= MODULUS;
        }
        exponent += 1;
    }
    table
}

const fn logarithms() -> [u16; 256] {
    let mut table = [LOG_OF_ZERO; 256];
    let mut exponent = 0;
    while exponent < ORDER {
        table[EXP[exponent] as usize] = exponent as u16;
        exponent += 1;
    }
    table
}

/// α to a power of any size.
pub(super) fn alpha(exponent: usize) -> u8 {
    EXP[exponent % ORDER]
}

pub(super) fn product(a: u8, b: u8) -> u8 {
    EXP[usize::from(LOG[usize::from(a)] + LOG[usize::from(b)])]
}

/// `a` over `b`; zero when `b` is zero, which no caller divides by.
pub(super) fn quotient(a: u8, b: u8) -> u8 {
    match (LOG[usize::from(a)], LOG[usize::from(b)]) {
        (LOG_OF_ZERO, _) | (_, LOG_OF_ZERO) => 0,
        (a, b) => alpha(usize::from(a) + ORDER - usize::from(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiplication as polynomials, bit by bit.
    fn slow_product(a: u8, b: u8) -> u8 {
        let mut sum = 0u16;
        for bit in (0..8).rev() {
            sum <<= 1;
            if sum & 0x100 != 0 {
                sum ^= MODULUS;
            }
            if b >> bit & 1 == 1 {
                sum ^= u16::from(a);
            }
        }
        sum as u8
    }

    #[test]
    fn products_and_quotients_are_those_of_the_field() {
        for a in 0..=255 {
            for b in 0..=255 {
                assert_eq!(product(a, b), slow_product(a, b));
                if b != 0 {
                    assert_eq!(quotient(product(a, b), b), a);
                }
            }
        }
        assert_eq!((alpha(0), alpha(1), alpha(8), alpha(255)), (1, 2, 0x1d, 1));
    }
}
