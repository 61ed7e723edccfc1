use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::programme::fault::{Fault, FaultKind, Refused};

pub const DEFAULT: &str = r#"{
    "version": 1, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
    "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
    "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
    "counting": {"min_receipt": 0, "excluded_categories": ["tobacco"]}, "campaigns": [],
    "receipts": {"max_age_days": 30, "not_found_after_days": 30}, "something_new": {},
    "benefits": [{"id": "parking", "tier": "leto", "text": {"ru": "Парковка", "en": "Parking"}}],
    "tiers": [
        {"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}},
        {"id": "leto", "name": {"ru": "Лето", "en": "Summer"}, "require": {"metric": "sum", "at_least": 30000000}},
        {"id": "osen", "name": {"ru": "Осень", "en": "Autumn"}, "require": {"metric": "sum", "at_least": 100000000}}
    ]}"#;

fn read(document: &Value) -> Result<Rules, Refused> {
    Rules::read(&serde_json::to_vec(document).unwrap())
}

/// The default with some places replaced; those that get nothing are taken away.
fn changed(changes: &[(&str, Option<Value>)]) -> Value {
    let mut document: Value = serde_json::from_str(DEFAULT).unwrap();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        match (parent, value) {
            (Value::Object(object), Some(value)) => drop(object.insert(name.to_owned(), value.clone())),
            (Value::Object(object), None) => drop(object.remove(name)),
            (Value::Array(items), Some(value)) => items[name.parse::<usize>().unwrap()] = value.clone(),
            (other, _) => panic!("{other}"),
        }
    }
    document
}

fn legal() -> Value {
    json!({"url": "https://gallery.example/rules.pdf", "sha256": "0f".repeat(32), "text": {"ru": "Текст", "en": "Text"}})
}

fn faults(document: &Value) -> Vec<(String, FaultKind)> {
    let Err(Refused(faults)) = read(document) else { return Vec::new() };
    assert!(!faults.is_empty());
    faults.into_iter().map(|Fault { pointer, kind }| (pointer, kind)).collect()
}

fn only_fault(pointer: &str, value: Value) -> (String, FaultKind) {
    // Without tiers there is none for a benefit either.
    let benefits = (pointer == "/tiers").then_some(("/benefits", None));
    let changes: Vec<_> = [(pointer, Some(value.clone()))].into_iter().chain(benefits).collect();
    let mut found = faults(&changed(&changes));
    assert_eq!(found.len(), 1, "{pointer} {value}: {found:?}");
    found.remove(0)
}

#[test]
fn the_default_is_read() {
    let rules = Rules::read(DEFAULT.as_bytes()).unwrap();
    assert_eq!((rules.version, rules.period, rules.tiers.len()), (1, Period::RollingMonths(12), 3));
    assert_eq!(rules.tiers[1].name(Language::Ru), "Лето");
    assert_eq!(rules.above(&TierId::new("leto")).unwrap().id, TierId::new("osen"));
    assert_eq!(rules.above(&TierId::new("osen")), None);
    assert_eq!(rules.above(&TierId::new("nobody's")), None);
    assert_eq!(rules.benefits[0].text(Language::En), "Parking");
    assert_eq!(rules.receipts, ReceiptRules { max_age_days: Some(30), not_found_after_days: Some(30) });
    assert!(rules.asks_daily());
}

#[test]
fn every_family_is_read() {
    for (pointer, value) in [
        ("/period", json!({"kind": "rolling_days", "n": 36_600})),
        ("/period", json!({"kind": "rolling_months", "n": 1_200})),
        ("/period", json!({"kind": "calendar_year"})),
        ("/period", json!({"kind": "anniversary"})),
        ("/period", json!({"kind": "lifetime"})),
        ("/validity", json!({"kind": "months", "n": 1})),
        ("/validity", json!({"kind": "next_year_end"})),
        ("/validity", json!({"kind": "forever"})),
        ("/downgrade", json!("never")),
        ("/grace_days", json!(30)),
        ("/returns", json!("return_date")),
        ("/counting", json!(null)),
        ("/counting", json!({})),
        ("/campaigns", json!([{"id": "a", "from": "2026-03-01", "until": "2026-03-01", "percent": 100}])),
        ("/tiers/1/require", json!({"metric": "category_sum", "category": "fashion", "at_least": 1})),
        ("/tiers/1/require", json!({"all_of": [{"any_of": [{"metric": "points", "at_least": 1}]}]})),
        ("/benefits", json!(null)),
        ("/receipts", json!({"max_age_days": 0})),
        ("/legal", json!(null)),
        ("/legal", legal()),
    ] {
        assert_eq!(faults(&changed(&[(pointer, Some(value.clone()))])), [], "{pointer} {value}");
    }
    let fixed =
        changed(&[("/validity", Some(json!({"kind": "months", "n": 12}))), ("/downgrade", Some(json!("one_step")))]);
    assert_eq!(faults(&fixed), []);
}

#[test]
fn each_fault_is_named_at_its_place() {
    const MONTHS: FaultKind = FaultKind::Range { least: 1, most: 1_200 };
    for (pointer, value, place, kind) in [
        ("/version", json!("1"), "/version", FaultKind::Form("a whole number")),
        ("/version", json!(-1), "/version", FaultKind::Range { least: 0, most: u32::MAX.into() }),
        ("/effective_from", json!("2026-02-30"), "/effective_from", FaultKind::Form("a day such as 2026-03-14")),
        ("/effective_from", json!("2026-3-1"), "/effective_from", FaultKind::Form("a day such as 2026-03-14")),
        ("/zone", json!("Europe/Samara"), "/zone", FaultKind::Unknown),
        ("/period", json!("lifetime"), "/period", FaultKind::Form("an object")),
        ("/period", json!({"kind": "weekly"}), "/period/kind", FaultKind::Unknown),
        ("/period", json!({"kind": "rolling_months"}), "/period/n", FaultKind::Missing),
        ("/period/n", json!(0), "/period/n", MONTHS),
        ("/period/n", json!(1_201), "/period/n", MONTHS),
        ("/period/n", json!(u64::MAX), "/period/n", MONTHS),
        ("/period/n", json!(1.5), "/period/n", FaultKind::Form("a whole number")),
        (
            "/period",
            json!({"kind": "rolling_days", "n": 36_601}),
            "/period/n",
            FaultKind::Range { least: 1, most: 36_600 },
        ),
        ("/validity", json!({"kind": "months", "n": 0}), "/validity/n", MONTHS),
        ("/validity", json!({"kind": "weekly"}), "/validity/kind", FaultKind::Unknown),
        ("/downgrade", json!("twice"), "/downgrade", FaultKind::Unknown),
        ("/downgrade", json!("one_step"), "/downgrade", FaultKind::EachMidnight),
        ("/grace_days", json!(-1), "/grace_days", FaultKind::Range { least: 0, most: 36_600 }),
        ("/returns", json!("today"), "/returns", FaultKind::Unknown),
        ("/counting/min_receipt", json!(-1), "/counting/min_receipt", FaultKind::Range { least: 0, most: i64::MAX }),
        ("/counting/excluded_categories/0", json!(7), "/counting/excluded_categories/0", FaultKind::Form("a text")),
        ("/tiers", json!([]), "/tiers", FaultKind::Empty),
        ("/tiers/0/require", json!({"metric": "sum", "at_least": 1}), "/tiers/0/require", FaultKind::FirstTier),
        ("/tiers/1/require", json!(null), "/tiers/1/require", FaultKind::Form("an object")),
        ("/tiers/1/require", json!({}), "/tiers/1/require/metric", FaultKind::Missing),
        ("/tiers/1/require/metric", json!("spent"), "/tiers/1/require/metric", FaultKind::Unknown),
        ("/tiers/1/require/metric", json!("category_sum"), "/tiers/1/require/category", FaultKind::Missing),
        ("/tiers/1/require/all_of", json!([]), "/tiers/1/require", FaultKind::Ambiguous),
        ("/tiers/1/require", json!({"all_of": []}), "/tiers/1/require/all_of", FaultKind::Empty),
        ("/tiers/1/require", json!({"any_of": []}), "/tiers/1/require/any_of", FaultKind::Empty),
        (
            "/tiers/1/require/at_least",
            json!(0),
            "/tiers/1/require/at_least",
            FaultKind::Range { least: 1, most: i64::MAX },
        ),
        ("/tiers/2/require/at_least", json!(30_000_000), "/tiers/2/require/at_least", FaultKind::NotAbove),
        ("/tiers/2/id", json!("leto"), "/tiers/2/id", FaultKind::Duplicate),
        ("/tiers/2/name/en", json!(" "), "/tiers/2/name/en", FaultKind::Empty),
        ("/tiers/2/name", json!({"ru": "Осень"}), "/tiers/2/name/en", FaultKind::Missing),
        ("/benefits/0/tier", json!("zima"), "/benefits/0/tier", FaultKind::Unknown),
        ("/receipts/max_age_days", json!(-1), "/receipts/max_age_days", FaultKind::Range { least: 0, most: 36_600 }),
    ] {
        // What asks for nothing any longer may leave a tier above it that still does.
        let found = only_fault(pointer, value.clone());
        assert_eq!(found, (place.to_owned(), kind), "{pointer} {value}");
    }
}

#[test]
fn campaigns_are_checked_too() {
    let campaign = json!({"id": "a", "from": "2026-03-02", "until": "2026-03-01", "percent": 99, "categories": "all"});
    let found = faults(&changed(&[("/campaigns", Some(json!([campaign, {"id": "a", "percent": 10_001}])))]));
    let percent = FaultKind::Range { least: 100, most: 10_000 };
    assert_eq!(
        found,
        [
            ("/campaigns/0", FaultKind::Reversed),
            ("/campaigns/0/percent", percent),
            ("/campaigns/0/categories", FaultKind::Form("a list")),
            ("/campaigns/1/id", FaultKind::Duplicate),
            ("/campaigns/1/from", FaultKind::Missing),
            ("/campaigns/1/until", FaultKind::Missing),
            ("/campaigns/1/percent", percent),
        ]
        .map(|(pointer, kind)| (pointer.to_owned(), kind))
    );
}

#[test]
fn the_legal_document_is_named_by_an_address_and_a_digest() {
    let read_legal = |legal: Value| read(&changed(&[("/legal", Some(legal))])).map(|rules| rules.legal);
    let mut upper = legal();
    upper["sha256"] = json!("0F".repeat(32));
    let known = read_legal(upper).unwrap().unwrap();
    assert_eq!((known.url.as_str(), known.sha256), ("https://gallery.example/rules.pdf", "0f".repeat(32)));
    assert_eq!(Rules::read(DEFAULT.as_bytes()).unwrap().legal, None);
    let fault = |member: &str, value: Value| {
        let mut legal = legal();
        legal[member] = value;
        only_fault("/legal", legal)
    };
    let address = FaultKind::Form("an https address");
    for url in ["http://gallery.example/rules.pdf", "https://", "gallery.example", "https:///rules", "not an address"] {
        assert_eq!(fault("url", json!(url)), ("/legal/url".to_owned(), address), "{url}");
    }
    for sha256 in ["", "0f", &"0g".repeat(32), &"0f".repeat(33), &"я".repeat(32)] {
        let digits = FaultKind::Form("64 hexadecimal digits");
        assert_eq!(fault("sha256", json!(sha256)), ("/legal/sha256".to_owned(), digits), "{sha256}");
    }
    assert_eq!(fault("text", json!({"ru": "Текст"})), ("/legal/text/en".to_owned(), FaultKind::Missing));
    assert_eq!(only_fault("/legal", json!("text")), ("/legal".to_owned(), FaultKind::Form("an object")));
    let missing: Vec<_> =
        faults(&changed(&[("/legal", Some(json!({})))])).into_iter().map(|(place, _)| place).collect();
    assert_eq!(missing, ["/legal/url", "/legal/sha256", "/legal/text"]);
}

#[test]
fn eight_groups_within_one_another_are_enough() {
    let nested = |groups: usize| {
        (0..groups).fold(json!({"metric": "visits", "at_least": 1}), |inner, _| json!({"all_of": [inner]}))
    };
    assert_eq!(faults(&changed(&[("/tiers/2/require", Some(nested(8)))])), []);
    let (place, kind) = only_fault("/tiers/2/require", nested(9));
    assert_eq!((place.matches("/all_of").count(), kind), (9, FaultKind::TooDeep));
}

#[test]
fn plain_sums_rise_also_past_tiers_that_ask_for_something_else() {
    let visits = json!({"metric": "visits", "at_least": 1});
    let sum = |kopecks: i64| json!({"id": "zima", "name": {"ru": "З", "en": "W"}, "require": {"metric": "sum", "at_least": kopecks}});
    let tiers = |kopecks| {
        let mut document = changed(&[("/tiers/2/require", Some(visits.clone()))]);
        document["tiers"].as_array_mut().unwrap().push(sum(kopecks));
        document
    };
    assert_eq!(faults(&tiers(30_000_001)), []);
    assert_eq!(faults(&tiers(30_000_000)), [("/tiers/3/require/at_least".to_owned(), FaultKind::NotAbove)]);
}

#[test]
fn what_is_no_such_document_is_refused() {
    for body in ["", "{", "\u{feff}{}"] {
        assert_eq!(
            Rules::read(body.as_bytes()),
            Err(Refused(vec![Fault { pointer: String::new(), kind: FaultKind::NotJson }]))
        );
    }
    for body in ["[]", "null", "7"] {
        let fault = Fault { pointer: String::new(), kind: FaultKind::Form("an object") };
        assert_eq!(Rules::read(body.as_bytes()), Err(Refused(vec![fault])));
    }
    let missing: Vec<_> =
        faults(&json!({})).into_iter().map(|(pointer, kind)| (pointer, kind == FaultKind::Missing)).collect();
    let places = ["/version", "/effective_from", "/zone", "/period", "/validity", "/downgrade", "/returns", "/tiers"];
    assert_eq!(missing, places.map(|place| (place.to_owned(), true)));
}

#[test]
fn faults_read_like_sentences() {
    let Err(refused) = read(&changed(&[("/zone", Some(json!("Mars"))), ("/tiers/1/require/at_least", Some(json!(0)))]))
    else {
        panic!("refused");
    };
    let told: Vec<_> = refused.0.iter().map(Fault::to_string).collect();
    assert_eq!(told, ["/zone: is not known", "/tiers/1/require/at_least: has to be within 1 … 9223372036854775807"]);
    assert_eq!(refused.to_string(), "2 faults in the document, the first: /zone: is not known");
}

proptest! {
    #[test]
    fn no_document_makes_the_reader_panic(text in "\\PC{0,60}", place in 0usize..12, number in any::<i64>()) {
        let _either = Rules::read(text.as_bytes());
        let document: Value = serde_json::from_str(DEFAULT).unwrap();
        let name = document.as_object().unwrap().keys().nth(place).unwrap().clone();
        for value in [json!(number), json!(text), json!([text]), json!({text.clone(): number}), json!([number])] {
            let _either = read(&changed(&[(&format!("/{name}"), Some(value))]));
        }
    }
}
