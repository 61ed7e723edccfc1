use rxing::qrcode::common::Version;

use super::drawing::Code;
use crate::scan::stages::pattern::{alignments, known};

#[test]
fn what_is_known_of_every_version_is_what_an_encoder_draws() {
    for version in 1..=40 {
        let code = Code::of(if version % 2 == 0 { "7" } else { "SOMETHING ELSE" }, Some(version));
        let known = known(code.dimension);
        assert_eq!(known.len(), code.modules.len());
        let wrong =
            known.iter().zip(&code.modules).filter(|(known, module)| **known != 0 && f32::from(**known) != **module);
        assert_eq!(wrong.count(), 0, "version {version}");
    }
}

#[test]
fn known_is_all_that_carries_no_data_but_the_words_of_format_and_version() {
    for version in 1..=40u32 {
        let function = Version::getVersionForNumber(version).unwrap().buildFunctionPattern().unwrap();
        let dimension = function.getWidth() as usize;
        let known = known(dimension);
        let (mut words, mut beyond) = (0, 0);
        for (index, known) in known.iter().enumerate() {
            let is_function = function.get((index % dimension) as u32, (index / dimension) as u32);
            words += usize::from(is_function && *known == 0);
            beyond += usize::from(!is_function && *known != 0);
        }
        assert_eq!((words, beyond), (if version < 7 { 30 } else { 66 }, 0), "version {version}");
    }
}

#[test]
fn alignment_patterns_are_where_the_standard_has_them_and_the_last_is_at_the_bottom_right() {
    for version in 1..=40u32 {
        let dimension = 17 + 4 * version as i32;
        let found = alignments(dimension as usize);
        let lines = Version::getVersionForNumber(version).unwrap().getAlignmentPatternCenters().len();
        assert_eq!(found.len(), if lines == 0 { 0 } else { lines * lines - 3 }, "version {version}");
        if version > 1 {
            assert_eq!(found.last(), Some(&(dimension - 7, dimension - 7)), "version {version}");
        }
    }
    // Version 7, from the standard's table.
    assert_eq!(alignments(45), [(22, 6), (6, 22), (22, 22), (38, 22), (22, 38), (38, 38)]);
}

#[test]
fn no_code_has_other_dimensions() {
    for dimension in [20, 22, 24, 181, 1000] {
        assert_eq!(alignments(dimension), [], "{dimension}");
    }
}
