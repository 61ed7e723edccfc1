//! Undoes a keyboard scanner that typed while the Russian layout was on.

// Keys of the two layouts, place by place. Every character stands once in each row, so the way back is the only one.
const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбю.ёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё\"№;:?/";
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?~@#$^&|";

/// The text as it would read in the Latin layout, if it shows the Russian one: Cyrillic letters and not a single Latin
/// one. (A link to a Cyrillic domain begins with a Latin `https`.)
pub(super) fn repaired(text: &str) -> Option<String> {
    let typed_in_russian = text.chars().any(is_cyrillic) && !text.contains(|c: char| c.is_ascii_alphabetic());
    typed_in_russian.then(|| text.chars().map(latin_of).collect())
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn latin_of(c: char) -> char {
    let found = RUSSIAN.chars().zip(LATIN.chars()).find(|(russian, _)| *russian == c);
    found.map_or(c, |(_, latin)| latin)
}

/// What a scanner would have typed: the other direction, for tests of the way back.
#[cfg(test)]
pub(super) fn typed_in_russian(text: &str) -> String {
    let key = |c| RUSSIAN.chars().zip(LATIN.chars()).find(|(_, latin)| *latin == c).map_or(c, |(russian, _)| russian);
    text.chars().map(key).collect()
}
