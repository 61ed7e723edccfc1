//! What a search compares: texts as people type them. Pure.

use super::wire::PositionAnswer;
use crate::money::Kopecks;

/// More words than that, nobody types; each costs a look at every receipt.
const MOST_WORDS: usize = 8;
/// A till's receipt of a thousand positions is found by its first ones.
const MOST_CHARACTERS: usize = 4_096;

/// What a receipt is found by: its shop, what was bought, its sum and the number of its document.
pub fn searchable(
    shop: Option<&str>,
    positions: &[PositionAnswer],
    total: Kopecks,
    document_number: Option<u32>,
) -> String {
    let mut text = format!("{},{:02}", total.get() / 100, (total.get() % 100).abs());
    if let Some(number) = document_number {
        text.push_str(&format!(" {number}"));
    }
    for part in shop.into_iter().chain(positions.iter().map(|position| position.name.trim())) {
        text.push(' ');
        text.push_str(part);
    }
    folded(&text).chars().take(MOST_CHARACTERS).collect()
}

/// The words of what a member looks for; a receipt must have a part of each.
pub fn words(typed: &str) -> Vec<String> {
    folded(typed).split_whitespace().take(MOST_WORDS).map(str::to_owned).collect()
}

/// In lower case, ё as е, and sums with a comma.
fn folded(text: &str) -> String {
    let lower = text.to_lowercase().replace('ё', "е").replace("е\u{308}", "е");
    let mut characters = lower.chars().peekable();
    let mut folded = String::with_capacity(lower.len());
    let mut last = ' ';
    while let Some(character) = characters.next() {
        let is_point = character == '.' && last.is_ascii_digit() && characters.peek().is_some_and(char::is_ascii_digit);
        last = if is_point { ',' } else { character };
        folded.push(last);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(shop: &str, typed: &str) -> bool {
        let text = searchable(Some(shop), &[], Kopecks::new(169_116), Some(9_446));
        words(typed).iter().all(|word| text.contains(word.as_str()))
    }

    #[test]
    fn case_and_the_letter_yo_make_no_difference() {
        for typed in ["северный", "ШЁЛК", "шелк", "шёл", "шёлк северный", "  Северный\u{a0}шелк ", "ше\u{308}лк"]
        {
            assert!(finds("Северный Шёлк", typed), "{typed}");
        }
        assert!(finds("Северный шелк", "Шёлк"));
        assert!(!finds("Северный шёлк", "южный") && !finds("Северный шёлк", "северный юг"));
    }

    #[test]
    fn sums_are_found_as_they_are_written() {
        for typed in ["1691,16", "1691.16", "1 691,16", "1\u{a0}691,16", "691", "9446"] {
            assert!(finds("", typed), "{typed}");
        }
        assert!(!finds("", "1692"));
    }

    #[test]
    fn nothing_is_asked_of_nobody_and_not_too_much() {
        assert!(words(" \u{a0}\n").is_empty());
        assert_eq!(words(&"слово ".repeat(100)).len(), MOST_WORDS);
    }

    #[test]
    fn positions_are_found_too() {
        let position = PositionAnswer {
            name: "Ёлочный пряник   ".into(),
            quantity_thousandths: 1,
            price: Kopecks::ZERO,
            sum: Kopecks::ZERO,
        };
        assert!(searchable(None, &[position], Kopecks::ZERO, None).contains("елочный пряник"));
    }
}
