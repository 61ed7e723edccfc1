//! The modules that are the same in every code of a dimension (ISO/IEC 18004, 6.3): they tell how well a grid lies.

use rxing::qrcode::common::Version;

/// +1 dark, -1 light, 0 not known beforehand; row by row.
pub fn known(dimension: usize) -> Vec<i8> {
    let mut modules = vec![0i8; dimension * dimension];
    let mut set = |x: i32, y: i32, dark: bool| {
        let side = dimension as i32;
        if (0..side).contains(&x) && (0..side).contains(&y) {
            modules[(y * side + x) as usize] = if dark { 1 } else { -1 };
        }
    };
    let far = dimension as i32 - 7;
    for index in 8..dimension as i32 - 8 {
        set(index, 6, index % 2 == 0);
        set(6, index, index % 2 == 0);
    }
    for (x, y) in alignments(dimension) {
        for dy in -2i32..=2 {
            for dx in -2i32..=2 {
                set(x + dx, y + dy, dx.abs().max(dy.abs()) != 1);
            }
        }
    }
    for (left, top) in [(0, 0), (far, 0), (0, far)] {
        for y in -1..=7i32 {
            for x in -1..=7i32 {
                let ring = (x - 3).abs().max((y - 3).abs());
                set(left + x, top + y, ring != 2 && ring != 4);
            }
        }
    }
    set(8, dimension as i32 - 8, true);
    modules
}

/// The centres of the alignment patterns (Annex E): on a lattice, without those under a finder pattern.
pub fn alignments(dimension: usize) -> Vec<(i32, i32)> {
    let version = u32::try_from(dimension).ok().and_then(|side| Version::getProvisionalVersionForDimension(side).ok());
    let lines: Vec<i32> = version
        .map(|version| version.getAlignmentPatternCenters().iter().map(|line| *line as i32).collect())
        .unwrap_or_default();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Vec::new() };
    let is_under_finder =
        |(x, y): &(i32, i32)| (x == first || x == last) && (y == first || y == last) && (x, y) != (last, last);
    lines.iter().flat_map(|y| lines.iter().map(move |x| (*x, *y))).filter(|place| !is_under_finder(place)).collect()
}
