//! Every number that a member reads is one by which the engine goes.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::{documents::rules, probes::Probe, *};

/// A number of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Kopecks.
    Money(i64),
    /// Hundredths.
    Plain(i64),
    Day(NaiveDate),
}

/// The numbers of a sentence in their order, in whatever language: figures, days, and what is said in a word.
fn numbers(text: &str, language: Language) -> Vec<Number> {
    let words: &[(&str, i64)] = match language {
        Language::Ru => &[("вдвойне", 200), ("втройне", 300)],
        Language::En => &[("double", 200), ("triple", 300)],
    };
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((word, hundredths)) = words.iter().find(|(word, _)| rest.starts_with(word)) {
            found.push(Number::Plain(*hundredths));
            rest = &rest[word.len()..];
        } else if next.is_ascii_digit() {
            let (number, behind) = number(rest, language);
            found.push(number);
            rest = behind;
        } else {
            rest = &rest[next.len_utf8()..];
        }
    }
    found
}

fn number(text: &str, language: Language) -> (Number, &str) {
    if let Some(found) = day(text, language) {
        return found;
    }
    let (group, point) = match language {
        Language::Ru => ('\u{a0}', ','),
        Language::En => (',', '.'),
    };
    let (mut whole, mut rest) = figures(text);
    while let Some((figures, behind)) = rest.strip_prefix(group).map(figures).filter(|(figures, _)| figures.len() == 3)
    {
        (whole, rest) = (whole + &figures, behind);
    }
    let fraction = rest.strip_prefix(point).map(figures).filter(|(figures, _)| !figures.is_empty());
    let (fraction, rest) = fraction.unwrap_or((String::new(), rest));
    let hundredths = format!("{whole}{fraction:0<2}").parse().unwrap();
    match rest.strip_prefix("\u{a0}₽") {
        Some(rest) => (Number::Money(hundredths), rest),
        None => (Number::Plain(hundredths), rest),
    }
}

fn figures(text: &str) -> (String, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// The day with which a text begins, in the words of the texts themselves.
fn day(text: &str, language: Language) -> Option<(Number, &str)> {
    let (number, behind) = figures(text);
    let (month, behind) = behind.strip_prefix(' ')?.split_once(' ')?;
    let (year, rest) = figures(behind);
    let texts = Texts::new(language);
    let mut days =
        (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(year.parse().ok()?, month, number.parse().ok()?));
    let written = |day: &NaiveDate| texts.day(*day) == format!("{number} {month} {year}");
    Some((Number::Day(days.find(written)?), rest))
}

/// Takes every number out of what `document` says and asks the engine about it. A number about which nothing is known
/// to ask fails.
fn check(document: &Value, language: Language) {
    let (rules, texts) = (read(document), Texts::new(language));
    let probe = Probe { document, rules: &rules };
    for sentence in Rulebook::of(&rules, &texts).sentences() {
        let mut text = sentence.text.clone();
        // What the document itself says is no text of the app's.
        let names = rules.tiers.iter().map(|tier| tier.name(language));
        for own in names.chain(rules.benefits.iter().map(|benefit| benefit.text(language))) {
            text = text.replace(own, "");
        }
        let left = probe.check(&sentence.key, numbers(&text, language));
        assert_eq!(left, [], "no check for these numbers of {:?}: {}", sentence.key, sentence.text);
    }
    probe.check_what_is_not_said(&Rulebook::of(&rules, &texts));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn each_number_is_the_engine_s(document in rules()) {
        for language in [Language::Ru, Language::En] {
            check(&document, language);
        }
    }
}

#[test]
fn numbers_are_found_in_either_language() {
    let money = Number::Money;
    let (ru, en) = (Language::Ru, Language::En);
    assert_eq!(numbers("не меньше 1\u{a0}500,50\u{a0}₽.", ru), [money(150_050)]);
    assert_eq!(numbers("at least 1,500.50\u{a0}₽, or 12.", en), [money(150_050), Number::Plain(1_200)]);
    assert_eq!(numbers("на 1,5, на 1,05 и на 7, 8", ru), [150, 105, 700, 800].map(Number::Plain));
    assert_eq!(numbers("считаются вдвойне", ru), [Number::Plain(200)]);
    let day = |day: &str| Number::Day(day.parse().unwrap());
    assert_eq!(
        numbers("с 1 марта 2026 по 31 мая 2026: 5 дней", ru),
        [day("2026-03-01"), day("2026-05-31"), Number::Plain(500)]
    );
    assert_eq!(numbers("1 May 2026.", en), [day("2026-05-01")]);
}

#[test]
fn a_number_without_a_check_fails() {
    let document = document(json!({}));
    let rules = read(&document);
    let probe = Probe { document: &document, rules: &rules };
    let new = vec![Number::Plain(700)];
    assert_eq!(probe.check("something_new", new.clone()), new);
    assert_eq!(probe.check("returns", new.clone()), new);
    let leto = vec![Number::Money(30_000_000), Number::Plain(700)];
    assert_eq!(probe.check("tier:leto", leto), new);
}
