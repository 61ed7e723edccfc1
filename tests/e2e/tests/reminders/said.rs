//! What a text says, taken out of the text itself.

use chrono::{Datelike as _, NaiveDate};
use vremena_core::locale::Language;

const MONTHS: [(&str, &str); 12] = [
    ("января", "January"),
    ("февраля", "February"),
    ("марта", "March"),
    ("апреля", "April"),
    ("мая", "May"),
    ("июня", "June"),
    ("июля", "July"),
    ("августа", "August"),
    ("сентября", "September"),
    ("октября", "October"),
    ("ноября", "November"),
    ("декабря", "December"),
];

/// A day as texts name it.
pub fn named(language: Language, day: NaiveDate) -> String {
    let (ru, en) = MONTHS[day.month0() as usize];
    format!("{} {}", day.day(), if language == Language::Ru { ru } else { en })
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|(ru, en)| word == *ru || word == *en)
}

/// What is counted, in the words of the specification, and how much of it.
pub type Figure = (&'static str, i64);

#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// Of when it is, where that is said.
    pub known: Option<String>,
    pub figure: Option<Figure>,
    /// The names of tiers, in their order.
    pub tiers: Vec<String>,
    /// The other day.
    pub day: Option<String>,
}

pub fn read(language: Language, text: &str) -> Said {
    let (of_when, point) = match language {
        Language::Ru => ("По данным на ", ','),
        Language::En => ("As of ", '.'),
    };
    let is_old = text.starts_with(of_when);
    let words: Vec<_> = text.strip_prefix(of_when).unwrap_or(text).split(' ').map(bare).collect();
    let tiers = words.iter().filter_map(|word| tier(word)).collect();
    let (mut figure, mut days) = (None, Vec::new());
    let mut put = |one| assert_eq!(figure.replace(one), None, "{text}");
    for (place, word) in words.iter().enumerate() {
        if !word.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        let mut next = words[place + 1..].iter().copied().skip_while(|word| *word == "more");
        let next = next.next().unwrap_or_default();
        if let Some(amount) = word.strip_suffix("\u{a0}₽") {
            put(("sum", kopecks(amount, point)));
        } else if is_month(next) {
            days.push(format!("{word} {next}"));
        } else {
            let number = digits(word);
            let of_what = match next {
                "день" | "дня" | "дней" | "day" | "days" => "visits",
                "чек" | "чека" | "чеков" | "receipt" | "receipts" => "receipts",
                "балл" | "балла" | "баллов" | "point" | "points" => "points",
                other => panic!("{other} in {text}"),
            };
            assert_eq!(form(language, number, of_what), next, "{text}");
            put((of_what, number));
        }
    }
    let mut days = days.into_iter();
    let known = if is_old { days.next() } else { None };
    let said = Said { known, figure, tiers, day: days.next() };
    assert_eq!((days.next(), is_old), (None, said.known.is_some()), "{text}");
    said
}

/// Without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['.', ',', ';', ':', '«', '»'])
}

/// The name of a tier: `T` and its number, in Russian of a Cyrillic letter.
fn tier(word: &str) -> Option<String> {
    let number = word.strip_prefix(['T', 'Т'])?;
    let is_tier = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
    is_tier.then(|| word.to_owned())
}

fn digits(word: &str) -> i64 {
    word.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

fn kopecks(amount: &str, point: char) -> i64 {
    match amount.split_once(point) {
        Some((roubles, kopecks)) => {
            assert_eq!(kopecks.len(), 2, "{amount}");
            digits(roubles) * 100 + digits(kopecks)
        }
        None => digits(amount) * 100,
    }
}

/// The form that goes with a whole number, by the grammar and not by a library.
fn form(language: Language, number: i64, of_what: &str) -> &'static str {
    let (ru, en) = match of_what {
        "visits" => (["день", "дня", "дней"], ["day", "days"]),
        "receipts" => (["чек", "чека", "чеков"], ["receipt", "receipts"]),
        _ => (["балл", "балла", "баллов"], ["point", "points"]),
    };
    match (language, number % 100, number % 10) {
        (Language::En, ..) => en[usize::from(number != 1)],
        (Language::Ru, 11..=14, _) => ru[2],
        (Language::Ru, _, 1) => ru[0],
        (Language::Ru, _, 2..=4) => ru[1],
        (Language::Ru, ..) => ru[2],
    }
}

#[test]
fn texts_are_taken_apart() {
    let said = read(
        Language::Ru,
        "По данным на 14 марта, с 1 апреля ваш уровень — «Т1», до этого был «Т2». Какой он сейчас, покажет приложение.",
    );
    assert_eq!((said.known.as_deref(), said.day.as_deref()), (Some("14 марта"), Some("1 апреля")));
    assert_eq!(said.tiers, ["Т1", "Т2"]);
    let said = read(Language::Ru, "1\u{a0}234,50\u{a0}₽ до 31 марта включительно сохранят уровень «Т7».");
    assert_eq!(said.figure, Some(("sum", 123_450)));
    assert_eq!((said.known, said.day.as_deref()), (None, Some("31 марта")));
    let left = "До уровня «Т1» осталось 12\u{a0}345 баллов.";
    assert_eq!(read(Language::Ru, left).figure, Some(("points", 12_345)));
    let said = read(Language::En, "1,234.50\u{a0}₽ by the end of 31 March keep T7.");
    assert_eq!((said.figure, said.day.as_deref()), (Some(("sum", 123_450)), Some("31 March")));
    let said = read(Language::En, "12,345 more days with purchases by the end of 1 May will keep T7.");
    assert_eq!((said.figure, said.tiers), (Some(("visits", 12_345)), vec!["T7".to_owned()]));
}
