//! Reads a JSON document and collects every fault on the way, each with its place.

use std::cell::RefCell;

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    fault::{Fault, FaultKind, Refused},
    instant::Moment,
};

/// Reads a whole document; what `read` gives counts where it met no fault.
pub fn whole<T>(json: &[u8], read: impl FnOnce(&Place<'_>) -> Option<T>) -> Result<T, Refused> {
    let Ok(value) = serde_json::from_slice::<Value>(json) else {
        return Err(Refused(vec![Fault { pointer: String::new(), kind: FaultKind::NotJson }]));
    };
    of_value(&value, read)
}

/// The same of a document that is parsed already.
pub fn of_value<T>(value: &Value, read: impl FnOnce(&Place<'_>) -> Option<T>) -> Result<T, Refused> {
    let faults = RefCell::default();
    let root = Place { value: Some(value), step: None, faults: &faults };
    let found = read(&root);
    if found.is_none() && faults.borrow().is_empty() {
        root.fault(FaultKind::Form("such a document"));
    }
    match found {
        Some(found) if faults.borrow().is_empty() => Ok(found),
        _ => Err(Refused(faults.into_inner())),
    }
}

/// A place of the document, whether something stands there or not.
pub struct Place<'a> {
    value: Option<&'a Value>,
    step: Option<(&'a Place<'a>, Step<'a>)>,
    faults: &'a RefCell<Vec<Fault>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// Says that something is wrong here.
    pub fn fault(&self, kind: FaultKind) {
        let mut pointer = String::new();
        self.point(&mut pointer);
        self.faults.borrow_mut().push(Fault { pointer, kind });
    }

    fn point(&self, pointer: &mut String) {
        let Some((parent, step)) = &self.step else { return };
        parent.point(pointer);
        pointer.push('/');
        match step {
            Step::Member(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Item(number) => pointer.push_str(&number.to_string()),
        }
    }

    /// A member of this object; absent ones, and those of anything else, are places where nothing stands.
    pub fn member<'b>(&'b self, name: &'b str) -> Place<'b> {
        let value = self.value.and_then(|value| value.get(name));
        Place { value, step: Some((self, Step::Member(name))), faults: self.faults }
    }

    /// Whether something other than `null` stands here.
    pub fn is_there(&self) -> bool {
        self.value.is_some_and(|value| !value.is_null())
    }

    /// This place, where something other than `null` stands here.
    pub fn if_there(&self) -> Option<&Self> {
        self.is_there().then_some(self)
    }

    /// Whether this is an object; a fault where it is not.
    pub fn object(&self) -> Option<&Self> {
        match self.value {
            Some(Value::Object(_)) => Some(self),
            _ => self.wrong("an object"),
        }
    }

    /// Reads each item of this list; those that cannot be read are left out, and are faults.
    pub fn list<T>(&self, mut read: impl FnMut(usize, &Place<'_>) -> Option<T>) -> Option<Vec<T>> {
        let Some(Value::Array(items)) = self.value else { return self.wrong("a list") };
        let read_item = |(number, item)| {
            let step = Some((self, Step::Item(number)));
            read(number, &Place { value: Some(item), step, faults: self.faults })
        };
        Some(items.iter().enumerate().filter_map(read_item).collect())
    }

    /// The text here.
    pub fn text(&self) -> Option<&'a str> {
        match self.value {
            Some(Value::String(text)) => Some(text),
            _ => self.wrong("a text"),
        }
    }

    /// The text here, which has to say something.
    pub fn name(&self) -> Option<&'a str> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.fault(FaultKind::Empty);
            return None;
        }
        Some(text)
    }

    /// One of the words that the format knows.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let known = words.iter().find(|(word, _)| *word == text);
        if known.is_none() {
            self.fault(FaultKind::Unknown);
        }
        known.map(|(_, meaning)| *meaning)
    }

    /// The whole number here.
    pub fn number(&self, least: i64, most: i64) -> Option<i64> {
        let Some(number @ Value::Number(_)) = self.value else { return self.wrong("a whole number") };
        match number.as_i64() {
            Some(number) if (least..=most).contains(&number) => Some(number),
            // A number beyond 64 bits is out of range too; a fraction is of another form.
            None if !number.is_u64() && number.as_f64().is_none_or(|number| number.fract() != 0.0) => {
                self.wrong("a whole number")
            }
            _ => {
                self.fault(FaultKind::Range { least, most });
                None
            }
        }
    }

    /// The same for numbers that are small enough.
    pub fn count(&self, least: u32, most: u32) -> Option<u32> {
        u32::try_from(self.number(least.into(), most.into())?).ok()
    }

    /// The calendar day here, as `2026-03-14`.
    pub fn day(&self) -> Option<NaiveDate> {
        let text = self.text()?;
        let day = if text.len() == 10 { text.parse().ok() } else { None };
        day.or_else(|| self.wrong("a day such as 2026-03-14"))
    }

    /// The instant here (RFC 3339).
    pub fn moment(&self) -> Option<Moment> {
        Moment::read(self.text()?).or_else(|| self.wrong("an instant such as 2026-03-14T12:00:00+03:00"))
    }

    fn wrong<T>(&self, expected: &'static str) -> Option<T> {
        self.fault(if self.value.is_none() { FaultKind::Missing } else { FaultKind::Form(expected) });
        None
    }
}
