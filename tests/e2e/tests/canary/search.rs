//! What is searched for, and in which forms.

use std::fmt::Write as _;

/// Things of one member, each with the name under which a leak is told.
#[derive(Default)]
pub struct Canaries(Vec<(String, String)>);

impl Canaries {
    /// One more, which must be something.
    pub fn add(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        assert!(text.chars().count() >= 4, "{name} is too short to be told from chance: {text}");
        self.0.push((name.to_owned(), text));
    }

    /// A sum, in every way in which one is written.
    pub fn add_sum(&mut self, name: &str, kopecks: u64) {
        let (roubles, rest) = (kopecks / 100, kopecks % 100);
        let (thousands, hundreds) = (roubles / 1_000, roubles % 1_000);
        self.add(name, kopecks.to_string());
        self.add(name, roubles.to_string());
        for mark in ['.', ','] {
            self.add(name, format!("{roubles}{mark}{rest:02}"));
        }
        for space in [' ', '\u{a0}', '\u{202f}'] {
            self.add(name, format!("{thousands}{space}{hundreds:03}"));
        }
    }

    /// A telephone number in international form, whole and without its country.
    pub fn add_phone(&mut self, name: &str, phone: &str) {
        let local = phone.trim_start_matches("+7");
        assert_eq!(local.len(), 10);
        self.add(name, phone);
        self.add(name, local);
        self.add(name, format!("{} {}-{}-{}", &local[..3], &local[3..6], &local[6..8], &local[8..]));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Every form of every one, for proving that each is found.
    pub fn forms(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().flat_map(|(name, text)| forms(text).into_iter().map(move |form| (name.as_str(), form)))
    }

    /// What of it stands in `text`, in capitals or not: the names and the forms.
    pub fn found_in(&self, text: &str) -> Vec<(&str, String)> {
        let text = text.to_lowercase();
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        self.forms()
            .filter(|(_, form)| {
                let form = form.to_lowercase();
                holds(&text, &form) || holds(&squeezed, &form)
            })
            .collect()
    }
}

/// As it is; without spaces; as in an address, in each of the usual ways; escaped; the bytes in decimal, as `Debug` shows them, with and without
/// spaces; the bytes in hexadecimal.
fn forms(text: &str) -> Vec<String> {
    let bytes = format!("{:?}", text.as_bytes());
    let bytes = bytes.trim_matches(['[', ']']);
    let escaped = format!("{text:?}");
    let mut forms = vec![
        text.to_owned(),
        text.chars().filter(|c| !c.is_whitespace()).collect(),
        encoded(text, ""),
        encoded(text, "-_.~"),
        encoded(text, "-_.*").replace("%20", "+"),
        escaped.trim_matches('"').to_owned(),
        text.escape_unicode().to_string(),
        bytes.to_owned(),
        bytes.replace(' ', ""),
        hexadecimal(text),
    ];
    forms.sort();
    forms.dedup();
    forms
}

fn encoded(text: &str, kept: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            plain if plain.is_ascii_alphanumeric() || kept.as_bytes().contains(&plain) => encoded.push(plain.into()),
            other => write!(encoded, "%{other:02X}").unwrap(),
        }
    }
    encoded
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Short ones must stand by themselves: four digits are a part of every instant and request id.
fn holds(text: &str, form: &str) -> bool {
    if form.chars().count() > 5 {
        return text.contains(form);
    }
    text.match_indices(form).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + form.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[test]
fn every_form_of_every_canary_is_found_where_it_is_planted() {
    let mut canaries = Canaries::default();
    canaries.add_phone("phone", "+79000004276");
    canaries.add("code", "4276");
    canaries.add("shop", "Бутик «Заря»");
    canaries.add_sum("sum", 7_654_321);
    canaries.add("query", "t=20260313T1200&s=76543.21");
    assert!(canaries.forms().count() > 40);
    for (name, form) in canaries.forms() {
        for text in [format!("Info x: y z={form} a=b"), form.clone(), format!("[{form}]"), format!("a\n{form}\n")] {
            assert!(canaries.found_in(&text).iter().any(|(found, _)| *found == name), "{name}: {text}");
        }
    }
    canaries.add("cursor", "16.07e72061d0d2b256");
    for text in ["/v1/receipts?cursor=16%2E07e72061d0d2b256", "/v1/receipts?cursor=16%2e07E72061D0D2B256"] {
        assert!(canaries.found_in(text).iter().any(|(found, _)| *found == "cursor"), "{text}");
    }
    // As `{:#?}` lays bytes out.
    let laid_out = format!("{:#?}", "Бутик «Заря»".as_bytes());
    assert!(canaries.found_in(&laid_out).iter().any(|(found, _)| *found == "shop"));
}

#[test]
fn what_is_no_canary_is_not_found() {
    let mut canaries = Canaries::default();
    canaries.add("code", "4276");
    canaries.add_sum("sum", 7_654_321);
    let innocent = "2026-03-14T12:00:00.427Z Debug http: request took=4276ms request=4276aabb00112233 entry=54276";
    assert_eq!(canaries.found_in(innocent), []);
}
