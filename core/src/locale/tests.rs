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

/// The counts at which grammar changes, and which of the forms one, few, many and other each takes.
const COUNTS: [(f64, usize, usize); 8] =
    [(0.0, 2, 3), (1.0, 0, 0), (2.0, 1, 3), (5.0, 2, 3), (11.0, 2, 3), (21.0, 0, 3), (101.0, 0, 3), (1.5, 3, 3)];

/// The texts of the rules with a count, in the forms one, few, many and other. Some say one or none in words.
const RUSSIAN: [(&str, [&str; 4]); 9] = [
    ("rulebook-need-visits", ["# дня с", "# дней с", "# дней с", "# дня с"]),
    (
        "rulebook-need-receipts",
        ["# засчитанной покупки", "# засчитанных покупок", "# засчитанных покупок", "# засчитанной покупки"],
    ),
    ("rulebook-need-points", ["# балла", "# баллов", "# баллов", "# балла"]),
    (
        "rulebook-period-rolling-months",
        ["последний # месяц,", "последние # месяца,", "последние # месяцев,", "последние # месяца,"],
    ),
    (
        "rulebook-period-rolling-days",
        ["последний # день,", "последние # дня,", "последние # дней,", "последние # дня,"],
    ),
    ("rulebook-validity-months", ["# месяц,", "# месяца,", "# месяцев,", "# месяца,"]),
    ("rulebook-grace", ["ещё # день ", "ещё # дня ", "ещё # дней ", "ещё # дня "]),
    ("rulebook-max-age", ["старше # дня.", "старше # дней.", "старше # дней.", "старше # дня."]),
    ("rulebook-not-found-after", ["за # день,", "за # дня,", "за # дней,", "за # дня,"]),
];
const ENGLISH: [(&str, [&str; 2]); 9] = [
    ("rulebook-need-visits", ["# day with", "# days with"]),
    ("rulebook-need-receipts", ["# purchase that counts", "# purchases that count"]),
    ("rulebook-need-points", ["# point", "# points"]),
    ("rulebook-period-rolling-months", ["# month count", "# months count"]),
    ("rulebook-period-rolling-days", ["# day count", "# days count"]),
    ("rulebook-validity-months", ["# month,", "# months,"]),
    ("rulebook-grace", ["# more day and", "# more days and"]),
    ("rulebook-max-age", ["# day old", "# days old"]),
    ("rulebook-not-found-after", ["# day does", "# days does"]),
];
const IN_WORDS: [(&str, f64); 4] = [
    ("rulebook-period-rolling-months", 1.0),
    ("rulebook-period-rolling-days", 1.0),
    ("rulebook-max-age", 0.0),
    ("rulebook-not-found-after", 0.0),
];

#[test]
fn the_rules_have_the_plural_forms_of_every_count() {
    let english = ENGLISH.map(|(id, [one, other])| (id, [one, other, other, other]));
    for (language, forms) in [(Language::Ru, RUSSIAN), (Language::En, english)] {
        let texts = Texts::new(language);
        let named: BTreeSet<_> = forms.iter().map(|(id, _)| *id).collect();
        let lines = language.source().lines().filter_map(|line| line.strip_suffix(" = { $count ->"));
        // These count names, and do not say how many.
        let counted =
            lines.filter(|id| id.starts_with("rulebook-") && !["rulebook-excluded", "rulebook-campaign"].contains(id));
        assert_eq!(counted.collect::<BTreeSet<_>>(), named);
        for (id, forms) in forms {
            for (count, russian, english) in COUNTS {
                let number = texts.hundredths((count * 100.0) as u32);
                let mut values = FluentArgs::new();
                values.set("count", count);
                values.set("number", number.as_str());
                let text = texts.format(id, Some(&values)).unwrap();
                let form = forms[if language == Language::Ru { russian } else { english }].replace('#', &number);
                if IN_WORDS.contains(&(id, count)) {
                    assert!(!text.chars().any(|c| c.is_ascii_digit()), "{text}");
                } else {
                    assert!(text.contains(&form), "{id}: {form:?} is not in {text:?}");
                }
            }
        }
    }
}

#[test]
fn numbers_have_their_thousands_apart_and_their_fractions_as_the_language_writes_them() {
    let (ru, en) = (Texts::new(Language::Ru), Texts::new(Language::En));
    assert_eq!(
        (ru.number(1_234_567), en.number(1_234_567)),
        ("1\u{a0}234\u{a0}567".to_owned(), "1,234,567".to_owned())
    );
    assert_eq!((ru.number(-1_000), en.number(999)), ("−1\u{a0}000".to_owned(), "999".to_owned()));
    assert_eq!(en.number(i64::MAX), "9,223,372,036,854,775,807");
    for (hundredths, russian, english) in
        [(150, "1,5", "1.5"), (125, "1,25", "1.25"), (105, "1,05", "1.05"), (1_000, "10", "10")]
    {
        assert_eq!((ru.hundredths(hundredths), en.hundredths(hundredths)), (russian.to_owned(), english.to_owned()));
    }
}
