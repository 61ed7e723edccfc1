//! Which module carries which bit (ISO/IEC 18004, 7.7.3), and the masks (7.8.2).

use rxing::qrcode::common::VersionRef;

/// The place of a module: column and row.
pub(super) type Place = (u16, u16);

/// The column of the vertical timing pattern, which the zigzag steps over.
const TIMING: u16 = 6;

/// The modules of all codewords in the order in which their bits were placed: pairs of columns from the right, upwards
/// and downwards in turn, around the function patterns. Remainder bits are left out.
pub(super) fn data_modules(version: VersionRef) -> Option<Vec<Place>> {
    let dimension = u16::try_from(version.getDimensionForVersion()).ok()?;
    let functions = version.buildFunctionPattern().ok()?;
    let bits = version.getTotalCodewords() as usize * 8;
    let mut places = Vec::with_capacity(bits + 8);
    let columns = (0..dimension).rev().filter(|x| *x != TIMING).collect::<Vec<_>>();
    for (turn, pair) in columns.chunks_exact(2).enumerate() {
        for step in 0..dimension {
            let y = if turn % 2 == 0 { dimension - 1 - step } else { step };
            let data = pair.iter().filter(|x| !functions.get(u32::from(**x), u32::from(y)));
            places.extend(data.map(|x| (*x, y)));
        }
    }
    places.truncate(bits);
    (places.len() == bits).then_some(places)
}

/// Whether a mask pattern turns a module over.
pub(super) fn is_masked(mask: u8, (x, y): Place) -> bool {
    let (x, y) = (u32::from(x), u32::from(y));
    match mask {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => (x * y) % 2 + (x * y) % 3 == 0,
        6 => ((x * y) % 2 + (x * y) % 3) % 2 == 0,
        _ => ((x + y) % 2 + (x * y) % 3) % 2 == 0,
    }
}
