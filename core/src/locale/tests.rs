use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::money::Kopecks;

/// Each message's id with the names of its arguments.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in language.source().lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            current = id.to_owned();
            assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{id} twice");
        }
        for (_, rest) in line.match_indices('$').map(|(at, _)| line.split_at(at + 1)) {
            let name = rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
            found.get_mut(&current).unwrap().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_arguments() {
    assert_eq!(messages(Language::Ru), messages(Language::En));
}

#[test]
fn the_resources_are_without_faults_and_every_text_is_there() {
    for language in [Language::Ru, Language::En] {
        FluentResource::try_new(language.source().to_owned()).unwrap();
        let texts = Texts::new(language);
        for id in messages(language).keys() {
            assert!(texts.find(id).is_some(), "{id}");
        }
    }
}

#[test]
fn russian_plurals_follow_cldr() {
    let texts = Texts::new(Language::Ru);
    let days = |count| texts.text("days", &[("count", Argument::Count(count))]);
    let expected = [(0, "0 дней"), (1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день")];
    for (count, text) in expected.into_iter().chain([(101, "101 день"), (111, "111 дней"), (22, "22 дня")]) {
        assert_eq!(days(count), text);
    }
}

#[test]
fn money_never_breaks_at_a_line_end() {
    let ru = Texts::new(Language::Ru);
    assert_eq!(ru.money(Kopecks::new(123_450)), "1\u{a0}234,50\u{a0}₽");
    assert_eq!(ru.money(Kopecks::new(30_000_000)), "300\u{a0}000\u{a0}₽");
    assert_eq!(ru.money(Kopecks::new(5)), "0,05\u{a0}₽");
    assert_eq!(ru.money(Kopecks::new(-100)), "−1\u{a0}₽");
    assert_eq!(ru.money(Kopecks::new(i64::MIN)), "−92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08\u{a0}₽");
    assert_eq!(Texts::new(Language::En).money(Kopecks::new(123_456_789)), "1,234,567.89\u{a0}₽");
}

#[test]
fn days_are_those_of_moscow() {
    let late = "2025-12-31T21:05:00Z".parse().unwrap();
    assert_eq!(Texts::new(Language::Ru).instant(late), "1 января 2026, 00:05");
    assert_eq!(Texts::new(Language::En).instant(late), "1 January 2026, 00:05");
}
