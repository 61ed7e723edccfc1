mod changing;
mod documents;
mod numbers;
mod probes;

use serde_json::{Value, json};

use super::*;
use crate::programme::rules::tests::DEFAULT;

/// The default with some members replaced.
fn document(members: Value) -> Value {
    let mut document: Value = serde_json::from_str(DEFAULT).unwrap();
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

fn read(document: &Value) -> Rules {
    Rules::read(&serde_json::to_vec(document).unwrap()).unwrap_or_else(|refused| panic!("{refused}: {document}"))
}

fn rulebook(document: &Value, language: Language) -> Rulebook {
    Rulebook::of(&read(document), &Texts::new(language))
}

fn said(document: &Value, language: Language, key: &str) -> Option<String> {
    let rulebook = rulebook(document, language);
    let mut found = rulebook.sentences().filter(|sentence| sentence.key == key);
    let text = found.next().map(|sentence| sentence.text.clone());
    assert_eq!(found.next(), None, "{key} twice");
    text
}

/// What both languages say under a key of the default with `members` replaced.
fn both(members: Value, key: &str) -> (String, String) {
    let document = document(members);
    let said = |language| said(&document, language, key).unwrap_or_default();
    (said(Language::Ru), said(Language::En))
}

fn pair(ru: &str, en: &str) -> (String, String) {
    (ru.to_owned(), en.to_owned())
}

#[test]
fn the_default_reads_from_the_tiers_to_the_version() {
    let told = |language| {
        let rulebook = rulebook(&document(json!({})), language);
        assert_eq!((rulebook.version, rulebook.effective_from.to_string()), (1, "2026-01-01".to_owned()));
        let sections = rulebook.sections.iter().map(|section| {
            let sentences: Vec<_> =
                section.sentences.iter().map(|sentence| format!("{}: {}", sentence.key, sentence.text)).collect();
            format!("{} {}\n{}", section.key, section.title, sentences.join("\n"))
        });
        sections.collect::<Vec<_>>().join("\n\n").replace('\u{a0}', "_")
    };
    assert_eq!(
        told(Language::Ru),
        "tiers Уровни
tier:vesna: «Весна» — уровень каждого участника.
tier:leto: «Лето»: покупки не меньше чем на 300_000_₽.
tier:osen: «Осень»: покупки не меньше чем на 1_000_000_₽.
upgrade: Уровень повышается сразу, как только его требования выполнены.

benefits Привилегии
benefit:parking: «Лето»: Парковка

counting Что засчитывается
period: В зачёт идут покупки за последние 12 месяцев, включая сегодняшний день.
excluded: Не засчитываются покупки в категории «табак».
returns: Возврат уменьшает саму покупку, как если бы она с самого начала была меньше.

keeping Как сохраняется уровень
validity: Уровень сохраняется, пока его требования выполнены; это проверяется каждый день.
downgrade: Уровень, требования которого больше не выполнены, снижается до того, чьи требования выполнены.

receipts Какие чеки принимаются
max_age: Принимаются чеки не старше 30 дней.
not_found_after: Чек, который налоговая служба не нашла за 30 дней, не засчитывается.

about О правилах
effective_from: Версия 1 действует с 1 января 2026."
    );
    assert_eq!(
        told(Language::En),
        "tiers Tiers
tier:vesna: Spring is every member’s tier.
tier:leto: Summer: purchases of at least 300,000_₽.
tier:osen: Autumn: purchases of at least 1,000,000_₽.
upgrade: A tier is reached as soon as its requirements are met.

benefits Benefits
benefit:parking: Summer: Parking

counting What counts
period: The purchases of the last 12 months count, today included.
excluded: Purchases in the category “tobacco” do not count.
returns: A return makes the purchase smaller, as if it had been so from the beginning.

keeping How a tier is kept
validity: A tier is kept for as long as its requirements are met; this is checked every day.
downgrade: A tier whose requirements are no longer met falls to the one whose requirements are met.

receipts Which receipts are taken
max_age: Receipts up to 30 days old are taken.
not_found_after: A receipt that the tax service has not found for 30 days does not count.

about About these rules
effective_from: Version 1 applies from 1 January 2026."
    );
}

#[test]
fn requirements_of_requirements_are_one_sentence_in_which_brackets_tell_and_from_or() {
    let sum = json!({"metric": "sum", "at_least": 150_050});
    let visits = json!({"metric": "visits", "at_least": 12});
    let food = json!({"metric": "category_sum", "category": "restaurants", "at_least": 5_000_000});
    let points = json!({"metric": "points", "at_least": 1_000});
    let receipts = json!({"metric": "receipts", "at_least": 1});
    let needs = |require: &Value| {
        let tiers = json!([{"id": "a", "name": {"ru": "А", "en": "A"}}, {"id": "b", "name": {"ru": "Б", "en": "B"}, "require": require}]);
        let (ru, en) = both(json!({"tiers": tiers, "benefits": null}), "tier:b");
        (ru.replace('\u{a0}', "_"), en.replace('\u{a0}', "_"))
    };
    assert_eq!(
        needs(&json!({"all_of": [sum, {"any_of": [visits, food]}]})),
        pair(
            "«Б»: покупки не меньше чем на 1_500,50_₽ и (не меньше 12 дней с покупками или покупки в категории «рестораны» не меньше чем на 50_000_₽).",
            "B: purchases of at least 1,500.50_₽ and (at least 12 days with a purchase or purchases of at least 50,000_₽ in the category “restaurants”).",
        )
    );
    assert_eq!(
        needs(&json!({"any_of": [points, receipts, {"all_of": [sum, visits]}]})),
        pair(
            "«Б»: не меньше 1_000 баллов, не меньше 1 засчитанной покупки или (покупки не меньше чем на 1_500,50_₽ и не меньше 12 дней с покупками).",
            "B: at least 1,000 points, at least 1 purchase that counts or (purchases of at least 1,500.50_₽ and at least 12 days with a purchase).",
        )
    );
    let plain = needs(&json!({"all_of": [sum, visits]}));
    for same in [
        json!({"all_of": [sum, {"all_of": [visits]}]}),
        json!({"all_of": [{"any_of": [sum]}, {"all_of": [{"any_of": [visits]}]}]}),
        json!({"any_of": [{"all_of": [sum, visits]}]}),
        json!({"all_of": [{"any_of": [{"all_of": [sum, visits]}]}]}),
    ] {
        assert_eq!(needs(&same), plain, "{same}");
    }
    assert_eq!(needs(&json!({"any_of": [{"all_of": [sum]}]})), needs(&sum));
}

#[test]
fn points_are_explained_where_a_tier_asks_for_them() {
    let tiers = |require: Value| {
        json!({"benefits": null, "tiers": [{"id": "a", "name": {"ru": "А", "en": "A"}},
        {"id": "b", "name": {"ru": "Б", "en": "B"}, "require": require}]})
    };
    let nested = tiers(json!({"all_of": [{"any_of": [{"metric": "points", "at_least": 5}]}]}));
    assert!(!both(nested, "points").0.is_empty());
    assert!(both(tiers(json!({"metric": "visits", "at_least": 5})), "points").0.is_empty());
}

#[test]
fn every_period_validity_and_way_down_has_its_sentences() {
    let kind = |kind: &str| json!({"kind": kind});
    let keys = |period: &str, validity: Value, downgrade: &str, grace: u32| -> Vec<(String, String)> {
        let mut period = kind(period);
        period["n"] = json!(6);
        let document =
            document(json!({"period": period, "validity": validity, "downgrade": downgrade, "grace_days": grace}));
        let rulebook = rulebook(&document, Language::En);
        let keeping = rulebook.sections.iter().find(|section| section.key == "keeping").unwrap();
        keeping.sentences.iter().map(|sentence| (sentence.key.clone(), sentence.text.clone())).collect()
    };
    let daily = ("validity", "A tier is kept for as long as its requirements are met; this is checked every day.");
    let for_ever = ("validity", "A tier that was reached is kept for ever.");
    let year = ("validity", "A tier lasts until the end of the calendar year.");
    let anniversary = ("validity", "A tier lasts until the next anniversary of joining.");
    let months = ("validity", "A tier lasts 12 months, counted from the day on which it is reached or renewed.");
    let next_year = ("validity", "A tier lasts until the end of the next calendar year.");
    let renewal = ("renewal", "A tier is renewed if its requirements are met on the last day.");
    let anew = ("renewal", "With its end everything begins anew: earlier purchases do not renew a tier.");
    let grace = ("grace", "If a tier’s requirements are not met, it is kept for 14 more days and checked again.");
    let balance =
        ("downgrade", "A tier whose requirements are no longer met falls to the one whose requirements are met.");
    let step = ("downgrade", "A tier whose requirements are no longer met falls by one step.");
    let never = ("downgrade", "When its time is over, a tier is renewed: it does not fall.");
    let twelve = || json!({"kind": "months", "n": 12});
    for (period, validity, downgrade, days, expected) in [
        ("rolling_months", kind("period_end"), "by_balance", 0, vec![daily, balance]),
        ("rolling_days", kind("period_end"), "by_balance", 14, vec![daily, grace, balance]),
        ("lifetime", kind("period_end"), "never", 14, vec![for_ever]),
        ("lifetime", kind("forever"), "by_balance", 14, vec![for_ever]),
        ("calendar_year", kind("forever"), "one_step", 14, vec![for_ever]),
        ("calendar_year", kind("period_end"), "one_step", 14, vec![year, anew, grace, step]),
        ("calendar_year", kind("period_end"), "never", 14, vec![year, never]),
        ("anniversary", kind("period_end"), "by_balance", 0, vec![anniversary, anew, balance]),
        ("rolling_months", twelve(), "one_step", 14, vec![months, renewal, grace, step]),
        ("anniversary", twelve(), "never", 14, vec![months, never]),
        ("calendar_year", kind("next_year_end"), "by_balance", 0, vec![next_year, renewal, balance]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(key, text)| pair(key, text)).collect();
        assert_eq!(keys(period, validity.clone(), downgrade, days), expected, "{period} {validity} {downgrade} {days}");
    }
    for (period, ru) in [
        (json!({"kind": "rolling_days", "n": 1}), "В зачёт идут покупки за сегодняшний день."),
        (
            json!({"kind": "rolling_months", "n": 1}),
            "В зачёт идут покупки за последний месяц, включая сегодняшний день.",
        ),
        (json!({"kind": "rolling_days", "n": 21}), "В зачёт идут покупки за последний 21 день, включая сегодняшний."),
        (kind("calendar_year"), "В зачёт идут покупки с начала календарного года."),
        (
            kind("anniversary"),
            "В зачёт идут покупки с последней годовщины вступления в программу, а в первый год — со дня вступления.",
        ),
        (kind("lifetime"), "В зачёт идут покупки за всё время."),
    ] {
        assert_eq!(both(json!({ "period": period }), "period").0, ru);
    }
}

#[test]
fn campaigns_read_as_people_say_it() {
    let said = |members: Value| {
        let mut campaign = json!({"id": "march", "from": "2026-03-01", "until": "2026-03-31", "percent": 200});
        for (name, value) in members.as_object().unwrap() {
            campaign[name] = value.clone();
        }
        both(json!({"campaigns": [campaign]}), "campaign:march")
    };
    assert_eq!(
        said(json!({})),
        pair(
            "Акция с 1 марта 2026 по 31 марта 2026: покупки засчитываются вдвойне.",
            "Campaign from 1 March 2026 to 31 March 2026: purchases count double."
        )
    );
    assert_eq!(
        said(json!({"until": "2026-03-01", "percent": 150, "categories": ["fashion"]})),
        pair(
            "Акция 1 марта 2026: покупки в категории «одежда и обувь» засчитываются в 1,5-кратном размере.",
            "Campaign 1 March 2026: purchases in the category “fashion” count 1.5 times."
        )
    );
    assert_eq!(
        said(json!({"percent": 300, "categories": ["kids", "pets"]})),
        pair(
            "Акция с 1 марта 2026 по 31 марта 2026: покупки в категориях «детские товары», «pets» засчитываются втройне.",
            "Campaign from 1 March 2026 to 31 March 2026: purchases in the categories “children”, “pets” count triple."
        )
    );
    assert!(said(json!({"percent": 10_000})).0.contains("в 100-кратном размере"));
    assert!(said(json!({"percent": 101})).1.contains("1.01 times"));
    assert_eq!(said(json!({"percent": 100})), pair("", ""), "it changes nothing");
    assert_eq!(said(json!({"categories": []})), pair("", ""), "it covers nothing");
}

#[test]
fn what_has_no_effect_is_not_said() {
    let absent = |members: Value, key: &str| assert_eq!(both(members, key), pair("", ""), "{key}");
    for min_receipt in [0, 1] {
        absent(json!({"counting": {"min_receipt": min_receipt}}), "min_receipt");
    }
    absent(json!({"counting": null}), "excluded");
    absent(json!({"receipts": null}), "max_age");
    absent(json!({"receipts": {}}), "not_found_after");
    absent(json!({"grace_days": 0}), "grace");
    let one_tier = json!([{"id": "a", "name": {"ru": "А", "en": "A"}}]);
    let rulebook = rulebook(&document(json!({"tiers": one_tier, "benefits": null})), Language::Ru);
    let keys: Vec<_> = rulebook.sections.iter().map(|section| section.key.as_str()).collect();
    assert_eq!(keys, ["tiers", "counting", "receipts", "about"]);
    let campaign = |id: &str| json!({"id": id, "from": "2026-03-01", "until": "2026-03-31", "percent": 200});
    absent(json!({"campaigns": [campaign("a")]}), "campaigns");
    assert!(!both(json!({"campaigns": [campaign("a"), campaign("b")]}), "campaigns").0.is_empty());
}

#[test]
fn a_minimum_says_whether_returns_matter() {
    let said = |returns: &str| both(json!({"returns": returns, "counting": {"min_receipt": 500_000}}), "min_receipt");
    assert_eq!(
        said("original_date"),
        pair(
            "Покупка засчитывается, если за вычетом возвратов она не меньше 5\u{a0}000\u{a0}₽.",
            "A purchase counts if it is at least 5,000\u{a0}₽ after returns."
        )
    );
    assert_eq!(
        said("return_date"),
        pair(
            "Покупка засчитывается, если она не меньше 5\u{a0}000\u{a0}₽; возвраты этого не меняют.",
            "A purchase counts if it is at least 5,000\u{a0}₽; returns do not change this."
        )
    );
}

#[test]
fn zero_days_are_said_in_words() {
    let zero = json!({"receipts": {"max_age_days": 0, "not_found_after_days": 0}});
    assert_eq!(
        both(zero.clone(), "max_age"),
        pair("Принимаются чеки только за сегодняшний день.", "Only receipts of today are taken.")
    );
    assert_eq!(both(zero, "not_found_after").1, "A receipt that the tax service does not find at once does not count.");
}

#[test]
fn the_legal_document_stands_beside_the_rules() {
    let legal = json!({"url": "https://gallery.example/rules.pdf", "sha256": "0f".repeat(32),
        "text": {"ru": "Правила", "en": "Rules"}});
    let document = document(json!({ "legal": legal }));
    for (language, text) in [(Language::Ru, "Правила"), (Language::En, "Rules")] {
        let LegalText { url, sha256, text: said } = rulebook(&document, language).legal.unwrap();
        assert_eq!((url.as_str(), sha256, said.as_str()), ("https://gallery.example/rules.pdf", "0f".repeat(32), text));
    }
}
